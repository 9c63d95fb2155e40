//! What the core tells, passed on to the window and to the desktop.

use std::path::{Path, PathBuf};

use kabinet_app::view::UiError;
use kabinet_app::{App, Event, InspectionNews};
use kabinet_texts::Texts;
use tauri::{AppHandle, Emitter, Manager};

use crate::files::{self, Files};
use crate::notifications::notify;

/// Passes every event of the core on, until the program ends.
pub fn relay(handle: AppHandle, app: App) {
    let mut events = app.events();
    tauri::async_runtime::spawn(async move {
        loop {
            match events.recv().await {
                Ok(event) => pass_on(&handle, &app, event).await,
                // Missed events are made good by the next one: the window reloads what it shows.
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {
                    emit(&handle, "documents-changed", ());
                }
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return,
            }
        }
    });
}

/// Takes files in and tells the window what became of them.
pub fn import(handle: &AppHandle, paths: Vec<PathBuf>) {
    let handle = handle.clone();
    tauri::async_runtime::spawn(async move {
        let app = handle.state::<App>().inner().clone();
        match app.import(paths).await {
            Ok(outcomes) => emit(&handle, "imported", outcomes),
            Err(error) => emit(&handle, "imported", vec![failed_import(error.into())]),
        }
    });
}

/// Does what the command line says: `--lock` closes the vault; the files it names are meant for `--verify` or `--sign`, or
/// else taken in.
pub fn open_arguments(handle: &AppHandle, arguments: &[String], folder: &Path) {
    let paths: Vec<PathBuf> = arguments
        .iter()
        .skip(1)
        .filter(|argument| !argument.starts_with('-'))
        .map(|file| folder.join(file))
        .collect();
    let says = |option: &str| arguments.iter().skip(1).any(|argument| argument == option);
    if says("--lock") {
        lock(handle);
    }
    let Some(first) = paths.first() else { return };
    if says("--verify") {
        files::verify(handle, paths);
    } else if says("--sign") {
        let to_sign = handle.state::<Files>().take_to_sign(first.clone());
        emit(handle, "file-to-sign", to_sign);
    } else {
        import(handle, paths);
    }
}

fn lock(handle: &AppHandle) {
    let app = handle.state::<App>().inner().clone();
    tauri::async_runtime::spawn(async move { app.lock_after_notice().await });
}

fn failed_import(error: UiError) -> kabinet_app::view::ImportOutcome {
    kabinet_app::view::ImportOutcome {
        error: Some(error),
        ..kabinet_app::view::ImportOutcome::of(String::new())
    }
}

async fn pass_on(handle: &AppHandle, app: &App, event: Event) {
    match event {
        Event::StateChanged => emit(handle, "state-changed", app.state().await),
        Event::AboutToLock => emit(handle, "about-to-lock", ()),
        Event::DocumentsChanged => emit(handle, "documents-changed", ()),
        Event::CalendarChanged => emit(handle, "calendar-changed", ()),
        Event::DeadlinesNear { titles, days_left } => {
            let texts = texts(app);
            let count = days_left.to_string();
            let heading = match days_left {
                0 => texts.plain("ui.notification.deadlineToday"),
                _ => texts.text("ui.notification.deadline", [("count", count)]),
            };
            notify(handle, heading, titles.join("\n"), Some("/calendar".to_owned())).await;
        }
        Event::LicencesEnding { titles, days_left } => {
            let count = days_left.to_string();
            let heading = texts(app).text("ui.notification.licence", [("count", count)]);
            let path = "/subscriptions?tab=licences".to_owned();
            notify(handle, heading, titles.join("\n"), Some(path)).await;
        }
        Event::PoasEnding { count, days_left } => {
            let texts = texts(app);
            let heading = match days_left {
                0 => texts.plain("ui.notification.poaToday"),
                _ => texts.text("ui.notification.poa", [("count", days_left.to_string())]),
            };
            let body = texts.text("ui.notification.poaText", [("count", count.to_string())]);
            notify(handle, heading, body, Some("/poas?group=ending".to_owned())).await;
        }
        Event::Inspections { news, agencies } => {
            let texts = texts(app);
            let heading = match news {
                InspectionNews::New => texts.plain("ui.notification.inspectionNew"),
                InspectionNews::Papers(0) => texts.plain("ui.notification.inspectionPapersToday"),
                InspectionNews::Begins(0) => texts.plain("ui.notification.inspectionToday"),
                InspectionNews::Papers(days) => {
                    texts.text("ui.notification.inspectionPapers", [("count", days.to_string())])
                }
                InspectionNews::Begins(days) => {
                    texts.text("ui.notification.inspectionBegins", [("count", days.to_string())])
                }
            };
            notify(
                handle,
                heading,
                agencies.join("\n"),
                Some("/inspections".to_owned()),
            )
            .await;
        }
        Event::ArrivalsChanged => emit(handle, "arrivals-changed", ()),
        Event::Importing(progress) => emit(handle, "import-progress", progress),
        Event::ServicesChanged => emit(handle, "services-changed", ()),
        Event::DraftsChanged => emit(handle, "drafts-changed", ()),
        Event::Signing(progress) => emit(handle, "signing-progress", progress),
        Event::BackupsChanged => emit(handle, "backups-changed", ()),
        Event::OutboxChanged => emit(handle, "outbox-changed", ()),
        Event::CabinetChanged => emit(handle, "cabinet-changed", ()),
        Event::SecurityNotice => {
            let texts = texts(app);
            let heading = texts.plain("ui.notification.security");
            let body = texts.plain("ui.notification.securityText");
            notify(handle, heading, body, Some("/notifications".to_owned())).await;
        }
        Event::TokensChanged => emit(handle, "tokens-changed", ()),
        Event::MailChanged => emit(handle, "mail-changed", ()),
        Event::OrdersChanged => emit(handle, "orders-changed", ()),
        Event::StatusChanged {
            status,
            order,
            document,
        } => {
            let texts = texts(app);
            let heading = texts.text("ui.notification.status", [("status", status)]);
            let path = match document {
                Some(document) => format!("/documents/{document}"),
                None => format!("/orders/{order}"),
            };
            let body = texts.text("ui.notification.order", [("id", order)]);
            notify(handle, heading, body, Some(path)).await;
        }
        Event::StatusesChanged { count } => {
            let texts = texts(app);
            let heading = texts.text("ui.notification.statuses", [("count", count.to_string())]);
            let body = texts.plain("ui.notification.statusesText");
            notify(handle, heading, body, Some("/orders".to_owned())).await;
        }
        Event::CertificateExpiring { holder, days_left } => {
            let texts = texts(app);
            let count = days_left.max(0).to_string();
            let params = [("holder", holder), ("count", count)];
            let body = if days_left < 0 {
                texts.text("ui.today.expired", params)
            } else {
                texts.text("ui.today.expiring", params)
            };
            let heading = texts.plain("ui.notification.expiring");
            notify(handle, heading, body, Some("/tokens".to_owned())).await;
        }
    }
}

pub fn emit(handle: &AppHandle, name: &str, payload: impl serde::Serialize + Clone) {
    if let Err(error) = handle.emit_to("main", name, payload) {
        tracing::warn!(%error, name, "the window did not take an event");
    }
}

fn texts(app: &App) -> Texts {
    Texts::new(app.language().into())
}
