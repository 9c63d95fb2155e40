//! The small window for PIN and passphrase. The main window never sees what is typed there.

use std::sync::{Arc, Mutex, PoisonError};

use kabinet_app::view::SecretPrompt;
use kabinet_app::{Ask, AskFuture, Secret};
use serde::Deserialize;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tokio::sync::oneshot;

const LABEL: &str = "secret";

/// A secret on its way from the window to whoever asked; it neither prints nor clones.
#[derive(Deserialize, specta::Type)]
#[serde(transparent)]
pub struct SecretText(String);

/// Opens the window when the core asks for a secret and hands the answer back.
#[derive(Clone)]
pub struct SecretWindow {
    handle: AppHandle,
    waiting: Arc<Mutex<Option<oneshot::Sender<Option<Secret>>>>>,
}

impl SecretWindow {
    /// A window that is opened on demand.
    pub fn new(handle: AppHandle) -> Self {
        Self {
            handle,
            waiting: Arc::default(),
        }
    }

    /// Takes what the user typed, closes the window and lets the core go on.
    pub fn submit(&self, value: Option<SecretText>) {
        self.answer(value.map(|text| Secret::new(text.0)));
        if let Some(window) = self.handle.get_webview_window(LABEL) {
            // A window that cannot be closed has been closed already.
            let _ = window.close();
        }
    }

    fn answer(&self, secret: Option<Secret>) {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(waiting) = waiting {
            let _ = waiting.send(secret);
        }
    }

    fn open(&self, prompt: &SecretPrompt) -> tauri::Result<()> {
        // JSON is JavaScript but for `<`, which could end a script element.
        let json = serde_json::to_string(prompt)
            .unwrap_or_default()
            .replace('<', "\\u003c");
        let mut builder =
            WebviewWindowBuilder::new(&self.handle, LABEL, WebviewUrl::App("secret.html".into()))
                .title("Кабинет")
                .inner_size(480.0, 520.0)
                .min_inner_size(420.0, 360.0)
                .center()
                .focused(true)
                .always_on_top(true)
                .devtools(false)
                .initialization_script(format!("window.__SECRET_PROMPT__ = Object.freeze({json});"));
        if let Some(main) = self.handle.get_webview_window("main") {
            builder = builder.parent(&main)?;
        }
        let window = builder.build()?;
        let this = self.clone();
        window.on_window_event(move |event| {
            if let WindowEvent::Destroyed = event {
                this.answer(None);
            }
        });
        Ok(())
    }
}

impl Ask for SecretWindow {
    fn secret(&self, prompt: SecretPrompt) -> AskFuture<'_> {
        Box::pin(async move {
            let (answer, given) = oneshot::channel();
            // A question that is asked while another is open answers the first with "cancelled".
            self.answer(None);
            *self.waiting.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
            if let Err(error) = self.open(&prompt) {
                tracing::error!(%error, "the secret window cannot be opened");
                self.answer(None);
            }
            given.await.ok().flatten()
        })
    }

    fn confirms_last_try(&self) -> bool {
        true
    }
}
