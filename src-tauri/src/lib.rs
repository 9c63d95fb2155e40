//! The desktop shell: turns commands into calls of the core and its events into window events.

mod bindings;
mod commands;
mod dialogs;
mod events;
mod files;
mod notifications;
mod secret_window;

use std::sync::Arc;

use kabinet_app::{App, Config};
use tauri::{AppHandle, DragDropEvent, Manager, RunEvent, WebviewUrl, WebviewWindowBuilder, WindowEvent};

pub use bindings::builder;

use files::Files;
use secret_window::SecretWindow;

/// Runs the program until its window is closed.
pub fn run() {
    kabinet_app::forbid_dumps();
    kabinet_app::run_worker_if_requested();
    forbid_automation();
    tracing_subscriber::fmt()
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("KABINET_LOG").unwrap_or_else(|_| "warn".into()),
        )
        .with_writer(std::io::stderr)
        .init();
    let commands = builder();
    let result = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|handle, arguments, folder| {
            if !arguments.iter().any(|argument| argument == "--lock") {
                focus_main(handle);
            }
            events::open_arguments(handle, &arguments, std::path::Path::new(&folder));
        }))
        .plugin(tauri_plugin_dialog::init())
        .invoke_handler(commands.invoke_handler())
        .setup(|tauri| {
            let handle = tauri.handle().clone();
            let secrets = SecretWindow::new(handle.clone());
            let config = Config::for_this_user()?.with_resources(&tauri.path().resource_dir()?);
            let app = App::new(config, Arc::new(secrets.clone()))?;
            tauri.manage(secrets);
            tauri.manage(app.clone());
            tauri.manage(Files::default());
            open_main(&handle)?;
            events::relay(handle.clone(), app.clone());
            let (tokens, desk, idle, network) = (app.clone(), app.clone(), app.clone(), app.clone());
            let sessions = app.clone();
            let (folder, calendar, backups, reading) = (app.clone(), app.clone(), app.clone(), app.clone());
            tauri::async_runtime::spawn(async move { tokens.watch_tokens_forever().await });
            tauri::async_runtime::spawn(async move { desk.lock_when_away_forever().await });
            tauri::async_runtime::spawn(async move { idle.lock_when_idle_forever().await });
            tauri::async_runtime::spawn(async move { network.watch_network_forever().await });
            tauri::async_runtime::spawn(async move { sessions.keep_sessions_forever().await });
            tauri::async_runtime::spawn(async move { folder.watch_hot_folder_forever().await });
            tauri::async_runtime::spawn(async move { backups.back_up_forever().await });
            tauri::async_runtime::spawn(async move { calendar.remind_forever().await });
            tauri::async_runtime::spawn(async move { reading.read_documents_forever().await });
            tauri::async_runtime::spawn(async move { app.work_forever().await });
            events::open_arguments(
                &handle,
                &std::env::args().collect::<Vec<_>>(),
                &std::env::current_dir()?,
            );
            Ok(())
        })
        .build(tauri::generate_context!());
    match result {
        Ok(program) => program.run(|handle, event| {
            if let RunEvent::Exit = event {
                // A thread in the middle of a database call must not meet the libraries' own end.
                if let Some(app) = handle.try_state::<App>() {
                    tauri::async_runtime::block_on(app.lock());
                }
            }
        }),
        Err(error) => {
            eprintln!("kabinet: {error}");
            std::process::exit(1);
        }
    }
}

/// WebKit lets a driver take over any program that finds this variable; a shipped build must not.
fn forbid_automation() {
    if !cfg!(debug_assertions) {
        // SAFETY: called first thing in `main`, before any thread exists.
        unsafe { std::env::remove_var("TAURI_WEBVIEW_AUTOMATION") };
    }
}

fn open_main(handle: &AppHandle) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(handle, "main", WebviewUrl::App("index.html".into()))
        .title("Кабинет")
        .inner_size(1280.0, 800.0)
        .min_inner_size(640.0, 400.0)
        .devtools(false)
        .build()?;
    let handle = handle.clone();
    window.on_window_event(move |event| {
        if let WindowEvent::DragDrop(DragDropEvent::Drop { paths, .. }) = event {
            files::dropped(&handle, paths.clone());
        }
    });
    Ok(())
}

fn focus_main(handle: &AppHandle) {
    if let Some(window) = handle.get_webview_window("main") {
        let _ = window.unminimize();
        let _ = window.set_focus();
    }
}
