//! The first page: where the portal is and how it does.

use axum::extract::State;
use axum::response::Response;
use maud::html;

use super::Console;
use super::layout::{self, Refresh, Section};
use crate::world::WorldError;

pub(super) async fn page(State(console): State<Console>) -> Result<Response, WorldError> {
    let world = &console.world;
    let counts = world.store.counts()?;
    let settings = world.settings();
    let urls = &world.index.urls;
    let figures = [
        ("/orders", "заявлений", counts.orders),
        ("/orders?state=moving", "в работе", counts.moving),
        ("/uploads", "загрузок не окончено", counts.uploading),
        ("/faults", "сбоев в сценарии", world.faults.pending().len() as i64),
        (
            "/faults#injected",
            "сбоев случилось",
            world.faults.injected().len() as i64,
        ),
    ];
    let addresses = [
        ("ЕСИА", &urls.esia),
        ("API ЕПГУ", &urls.epgu),
        ("Сертификаты, CRL", &urls.pki),
        ("OCSP", &urls.ocsp),
        ("Штампы времени", &urls.tsa),
        ("Управление (JSON)", &urls.control),
    ];
    let skew = match settings.clock_skew_s {
        0 => String::new(),
        seconds => format!(" (сдвинуты на {seconds} с)"),
    };
    let content = html! {
        ul.figures {
            @for (address, name, count) in figures {
                li { a href=(address) { strong { (count) } span { (name) } } }
            }
        }
        h2 { "Адреса" }
        table.facts {
            @for (name, address) in addresses {
                tr { th scope="row" { (name) } td { code { (address) } } }
            }
        }
        h2 { "Состояние" }
        table.facts {
            tr { th scope="row" { "Часы портала" } td { (super::order::moment(settings.now_ms())) (skew) } }
            tr { th scope="row" { "Скорость" } td { (settings.speed) "×" } }
            tr { th scope="row" { "Хранилище" } td { (world.store.kind()) } }
            tr {
                th scope="row" { "Проверка подписей" }
                td { @if settings.signing_service_down { "не работает" } @else { "работает" } }
            }
        }
    };
    Ok(layout::page(
        Section::Overview,
        "Обзор",
        Refresh::Every(10),
        content,
    ))
}
