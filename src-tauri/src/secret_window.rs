//! The small window for PIN, passphrase and recovery code. The main window never sees what is typed or shown there.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use kabinet_app::view::{Language, SecretPrompt};
use kabinet_app::{AppError, Ask, AskFuture, ConfirmFuture, Confirmation, RecoveryCode, Secret, ShowFuture};
use serde::Deserialize;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder, WindowEvent};
use tokio::sync::oneshot;
use zeroize::Zeroizing;

const LABEL: &str = "secret";
/// How often it is looked whether a window that was told to close is gone, and how many times.
const CLOSING_STEP: std::time::Duration = std::time::Duration::from_millis(20);
const CLOSING_STEPS: u32 = 150;

/// A secret on its way from the window to whoever asked; it neither prints nor clones.
#[derive(Deserialize, specta::Type)]
#[serde(transparent)]
pub struct SecretText(String);

/// Opens the window when the core asks for a secret and hands the answer back.
#[derive(Clone)]
pub struct SecretWindow {
    handle: AppHandle,
    waiting: Arc<Mutex<Waiting>>,
}

/// Who waits for the answer to which question.
#[derive(Default)]
struct Waiting {
    question: u64,
    answer: Option<oneshot::Sender<Option<Confirmation>>>,
    /// The recovery code that is shown, for as long as it is.
    shown: Option<Zeroizing<String>>,
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
        self.finish(value.map(|text| Confirmation::Value(Secret::new(text.0))));
    }

    /// The way of confirming the user chose instead of answering.
    pub fn choose(&self, name: String) {
        self.finish(Some(Confirmation::Choose(name)));
    }

    /// The user wants the code sent again.
    pub fn resend(&self) {
        self.finish(Some(Confirmation::Resend));
    }

    fn finish(&self, answer: Option<Confirmation>) {
        self.answer(None, answer);
        if let Some(window) = self.handle.get_webview_window(LABEL) {
            // A window that cannot be closed has been closed already.
            let _ = window.close();
        }
    }

    /// Answers the question, or whichever is open.
    fn answer(&self, question: Option<u64>, given: Option<Confirmation>) {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if question.is_none_or(|question| question == waiting.question)
            && let Some(answer) = waiting.answer.take()
        {
            waiting.shown = None;
            let _ = answer.send(given);
        }
    }

    /// Writes the recovery code that is shown to a new file.
    pub fn save_shown(&self, target: &Path, language: Language) -> Result<(), AppError> {
        let waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let code = waiting.shown.as_ref().ok_or(AppError::Cancelled)?;
        kabinet_app::save_code(target, code, language)
    }

    /// A question that is asked while another is open answers the first with "cancelled".
    fn expect(&self, shown: Option<&RecoveryCode>) -> (u64, oneshot::Receiver<Option<Confirmation>>) {
        self.answer(None, None);
        let (answer, given) = oneshot::channel();
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.question += 1;
        waiting.answer = Some(answer);
        waiting.shown = shown.map(RecoveryCode::expose);
        (waiting.question, given)
    }

    /// Opens the window and waits for the answer.
    async fn put(&self, prompt: SecretPrompt, shown: Option<&RecoveryCode>) -> Option<Confirmation> {
        let (question, given) = self.expect(shown);
        self.vacant().await;
        if let Err(error) = self.open(question, &prompt, shown) {
            tracing::error!(%error, "the secret window cannot be opened");
            self.answer(Some(question), None);
        }
        given.await.ok().flatten()
    }

    /// The window of the question before closes by itself, but not at once.
    async fn vacant(&self) {
        let mut left = CLOSING_STEPS;
        while self.handle.get_webview_window(LABEL).is_some() && left > 0 {
            left -= 1;
            tokio::time::sleep(CLOSING_STEP).await;
        }
    }

    fn open(&self, question: u64, prompt: &SecretPrompt, shown: Option<&RecoveryCode>) -> tauri::Result<()> {
        // JSON is JavaScript but for `<`, which could end a script element.
        let json = serde_json::to_string(prompt)
            .unwrap_or_default()
            .replace('<', "\\u003c");
        let mut script = format!("window.__SECRET_PROMPT__ = Object.freeze({json});");
        if let Some(code) = shown {
            // Capitals, digits and dashes only.
            script.push_str(&format!("window.__RECOVERY_CODE__ = '{}';", *code.expose()));
        }
        let mut builder =
            WebviewWindowBuilder::new(&self.handle, LABEL, WebviewUrl::App("secret.html".into()))
                .title("Кабинет")
                .inner_size(480.0, 520.0)
                .min_inner_size(420.0, 360.0)
                .center()
                .focused(true)
                .always_on_top(true)
                .devtools(false)
                .initialization_script(script);
        if let Some(main) = self.handle.get_webview_window("main") {
            builder = builder.parent(&main)?;
        }
        let window = builder.build()?;
        let this = self.clone();
        window.on_window_event(move |event| {
            if let WindowEvent::Destroyed = event {
                this.answer(Some(question), None);
            }
        });
        Ok(())
    }
}

impl Ask for SecretWindow {
    fn secret(&self, prompt: SecretPrompt) -> AskFuture<'_> {
        Box::pin(async move {
            match self.put(prompt, None).await {
                Some(Confirmation::Value(secret)) => Some(secret),
                _ => None,
            }
        })
    }

    fn confirm(&self, prompt: SecretPrompt) -> ConfirmFuture<'_> {
        Box::pin(self.put(prompt, None))
    }

    fn show_code<'a>(&'a self, prompt: SecretPrompt, code: &'a RecoveryCode) -> ShowFuture<'a> {
        Box::pin(async move { self.put(prompt, Some(code)).await.is_some() })
    }

    fn confirms_last_try(&self) -> bool {
        true
    }

    fn withdraw(&self) {
        self.submit(None);
    }
}
