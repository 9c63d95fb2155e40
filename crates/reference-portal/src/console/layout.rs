//! The frame of every page: navigation, heading, content. Other modules' pages use it as well:
//!
//! ```text
//! let content = html! { table { … } };
//! layout::page(Section::Outgoing, "Отправленные коды", Refresh::Every(5), content)
//! ```

use axum::http::header;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};
use uuid::Uuid;

/// The entries of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Section {
    Overview,
    Orders,
    Uploads,
    Outgoing,
    Goskey,
    Poa,
    Mail,
    Faults,
    Requests,
    Settings,
    Tenants,
    Papers,
}

impl Section {
    const ALL: [Self; 12] = [
        Self::Overview,
        Self::Orders,
        Self::Uploads,
        Self::Outgoing,
        Self::Goskey,
        Self::Poa,
        Self::Mail,
        Self::Faults,
        Self::Requests,
        Self::Settings,
        Self::Tenants,
        Self::Papers,
    ];

    fn entry(self) -> (&'static str, &'static str) {
        match self {
            Self::Overview => ("/", "Обзор"),
            Self::Orders => ("/orders", "Заявления"),
            Self::Uploads => ("/uploads", "Загрузки"),
            Self::Outgoing => ("/outgoing", "Отправленные коды"),
            Self::Goskey => ("/goskey", "Госключ"),
            Self::Poa => ("/poa", "Доверенности"),
            Self::Mail => ("/mail", "Госпочта"),
            Self::Faults => ("/faults", "Сбои"),
            Self::Requests => ("/requests", "Запросы"),
            Self::Settings => ("/settings", "Настройки"),
            Self::Tenants => ("/tenants", "Организации"),
            Self::Papers => ("/papers", "Документы заявок"),
        }
    }
}

/// Whether a page is loaded again by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refresh {
    /// It holds a form somebody may be filling in.
    Never,
    /// Every so many seconds.
    Every(u32),
}

/// Nothing from elsewhere, no scripts, no frames around it.
const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// A page of the console.
pub(crate) fn page(section: Section, title: &str, refresh: Refresh, content: Markup) -> Response {
    let document = html! {
        (DOCTYPE)
        html lang="ru" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                @if let Refresh::Every(seconds) = refresh {
                    meta http-equiv="refresh" content=(seconds);
                }
                title { (title) " · Учебный портал" }
                link rel="stylesheet" href="/style.css";
                link rel="icon" href="data:,";
            }
            body {
                header {
                    a.brand href="/" { "Учебный портал" }
                    nav aria-label="Разделы" {
                        @for entry in Section::ALL {
                            @let (address, name) = entry.entry();
                            a href=(address) aria-current=[(entry == section).then_some("page")] { (name) }
                        }
                    }
                }
                main {
                    div.title {
                        h1 { (title) }
                        @if let Refresh::Every(seconds) = refresh {
                            span.quiet { "обновляется каждые " (seconds) " с" }
                        }
                    }
                    (content)
                }
            }
        }
    };
    let head = [
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // Not `no-referrer`: forms would come from the origin `null` then.
        (header::REFERRER_POLICY, "same-origin"),
    ];
    (head, document).into_response()
}

/// What stands where a list has nothing to show.
pub(crate) fn nothing(text: &str) -> Markup {
    html! { p.empty { (text) } }
}

/// A path as it is shown: keys that stand in it are secrets, and their beginnings tell them apart.
pub(crate) fn path(path: &str) -> Markup {
    let shown: Vec<String> = path
        .split('/')
        .map(|segment| match Uuid::parse_str(segment) {
            Ok(_) => format!("{}…", segment.get(..8).unwrap_or_default()),
            Err(_) => segment.to_owned(),
        })
        .collect();
    html! { code.path { (shown.join("/")) } }
}

/// How a state looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Quiet,
    Busy,
    Good,
    Bad,
}

/// A word in a frame that says a state.
pub(crate) fn badge(tone: Tone, text: &str) -> Markup {
    let class = match tone {
        Tone::Quiet => "badge quiet",
        Tone::Busy => "badge busy",
        Tone::Good => "badge good",
        Tone::Bad => "badge bad",
    };
    html! { span class=(class) { (text) } }
}
