//! Notifications of the desktop. A locked screen may show them, so they name no organisation and no person. Pressing one opens
//! what it is about, where the desktop lets a notification be pressed.

use tauri::AppHandle;

use crate::{events, focus_main};

/// Shows a notification; `path` is the place in the window it leads to.
pub async fn notify(handle: &AppHandle, heading: String, body: String, path: Option<String>) {
    let handle = handle.clone();
    // Waits for the person, who may never come: a thread of its own, which nobody waits for.
    std::thread::spawn(move || {
        let mut notification = notify_rust::Notification::new();
        notification.appname("Кабинет").summary(&heading).body(&body);
        if path.is_some() {
            notification.action("default", "default");
        }
        match notification.show() {
            Ok(shown) => open_when_pressed(&handle, shown, path),
            Err(error) => tracing::info!(%error, "no notification service"),
        }
    });
}

#[cfg(all(unix, not(target_os = "macos")))]
fn open_when_pressed(handle: &AppHandle, shown: notify_rust::NotificationHandle, path: Option<String>) {
    let Some(path) = path else { return };
    shown.wait_for_action(|action| {
        if action == "default" {
            focus_main(handle);
            // Behind the lock the window shows nothing of it, and returns to its place once it is opened.
            events::emit(handle, "open-path", path);
        }
    });
}

#[cfg(not(all(unix, not(target_os = "macos"))))]
fn open_when_pressed(_: &AppHandle, _: impl Sized, _: Option<String>) {}
