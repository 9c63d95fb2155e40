use crate::AppError;

/// Runs what blocks (the vault, the keychain, files) apart from the threads that serve the window.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, AppError> + Send + 'static,
) -> Result<T, AppError> {
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or(Err(AppError::Background))
}
