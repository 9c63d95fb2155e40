//! Moves orders on by themselves: NEW → … → DONE → 17 → 21 → 2 → 3, or wherever the script leads.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::cabinet;
use crate::demo::Organisation;
use crate::examine::{self, Refusal};
use crate::goskey;
use crate::poa;
use crate::receipts;
use crate::services::{self, Service};
use crate::settings::{Outcome, Settings};
use crate::store::{HistoryEntry, Order, PORTAL_CODE, Step, StoreError};
use crate::world::{World, WorldError};

/// How long a new order waits for its first step, at speed 1.
pub(crate) const FIRST_DELAY_MS: i64 = 1000;
/// Between processing codes.
const CODE_DELAY_MS: i64 = 1500;
/// Between statuses.
const STATUS_DELAY_MS: i64 = 4000;
/// How often orders are looked at that nobody announced.
const TICK: Duration = Duration::from_millis(25);

/// How often it is looked whether somebody is to be warned of an end.
const WARNING_TICK: Duration = Duration::from_secs(1);

/// Moves orders until `stop` is set.
pub(crate) fn run(world: &Arc<World>, stop: &AtomicBool) {
    let mut warned: Option<Instant> = None;
    while !stop.load(Ordering::Relaxed) {
        // It answers nobody; whoever asks about an order waits for the disk then.
        let moved = world
            .store
            .database
            .in_background(|| move_due_orders(world).and_then(|()| poa::move_due(world)));
        if let Err(error) = moved {
            tracing::error!(?error, "life cycle");
        }
        if warned.is_none_or(|at| at.elapsed() >= WARNING_TICK) {
            warned = Some(Instant::now());
            if let Err(error) = poa::warn_due(world) {
                tracing::error!(?error, "warnings");
            }
        }
        world.sleep(TICK);
    }
}

fn move_due_orders(world: &World) -> Result<(), WorldError> {
    for order in world.store.due(world.now_ms())? {
        move_on(world, &order)?;
    }
    Ok(())
}

/// Takes the next step of an order now, if there is one.
pub(crate) fn move_on(world: &World, order: &Order) -> Result<(), WorldError> {
    let settings = world.settings();
    match next_step(world, order, &settings)? {
        Some(step) => {
            if world.store.advance(order, &step)? {
                cabinet::order_moved(world, order, &step)?;
                cabinet::licence_granted(world, order, &step)?;
            }
        }
        None => {
            // Held: looked at again when there may be news.
            let due = settings
                .delay(CODE_DELAY_MS)
                .map(|delay| settings.now_ms() + delay);
            world.store.schedule(order.id, due)?;
        }
    }
    Ok(())
}

/// Orders that stood still or moved slowly follow the settings of now.
pub(crate) fn reschedule(world: &World) -> Result<(), StoreError> {
    if world.settings().speed <= 0.0 {
        return Ok(());
    }
    for order in world.store.all_orders()? {
        if is_moving(&order, &world.store.history(order.id)?) {
            world.store.schedule(order.id, Some(world.now_ms()))?;
        }
    }
    world.wake();
    Ok(())
}

/// Whether something is still to happen to an order without its owner.
fn is_moving(order: &Order, history: &[HistoryEntry]) -> bool {
    !order.is_draft() && history.last().is_some_and(|h| !h.is_final && !h.edit_allowed)
}

/// The owner wants it back. `false` when it has moved on meanwhile.
pub(crate) fn ask_to_cancel(world: &World, order: &Order) -> Result<bool, StoreError> {
    let settings = world.settings();
    world
        .store
        .advance(order, &status(&settings, 9, "Отправлен запрос на отмену", None))
}

/// The step after the present one; `None` to stay.
fn next_step(world: &World, order: &Order, settings: &Settings) -> Result<Option<Step>, WorldError> {
    let outcome = |order: &Order| order.outcome.clone().unwrap_or_else(|| settings.outcome.clone());
    let signed = services::by_code(&order.service).is_some_and(|s| s.signed);
    let no_signatures = settings.signing_service_down && signed;
    Ok(match order.code.as_str() {
        "NEW" => Some(code(settings, "FILES_VERIFICATION")),
        "RETRY" if no_signatures => None,
        "RETRY" => Some(code(settings, "FILES_VERIFICATION")),
        "FILES_VERIFICATION" if no_signatures => Some(code(settings, "RETRY")),
        "FILES_VERIFICATION" => Some(verify(world, order, settings)?),
        "FILES_VERIFICATION_SUCCESS" => Some(match outcome(order) {
            Outcome::Code(name) => failed(settings, &name, "Исход задан сценарием учебного портала"),
            _ => code(settings, "DONE"),
        }),
        "DONE" => Some(status(
            settings,
            17,
            "Заявление зарегистрировано на портале",
            None,
        )),
        PORTAL_CODE => {
            let current = world.store.history(order.id)?.last().and_then(|h| h.status_id);
            if goskey::is_service(&order.service) {
                return goskey::next_status(world, order, settings, (current, &outcome(order)));
            }
            next_status(world, order, settings, current, &outcome(order))?
        }
        _ => None,
    })
}

fn verify(world: &World, order: &Order, settings: &Settings) -> Result<Step, WorldError> {
    let (Some(service), Some(owner)) = (
        services::by_code(&order.service),
        world.organisation_by_oid(order.org_oid),
    ) else {
        return Ok(failed(
            settings,
            "INTERNAL_ERROR",
            "Услуга или организация не найдена",
        ));
    };
    let path = world.store.archive_path(order.id);
    let examination = examine::Examination {
        world,
        service,
        owner,
        crls: world.crls()?,
        order: order.id,
    };
    Ok(match examination.run(&path, settings.now())? {
        Err(Refusal { code, message }) => failed(settings, code, &message),
        Ok(findings) => {
            if let (None, Some(outcome)) = (&order.outcome, findings.outcome) {
                world.store.set_outcome(order.id, &outcome)?;
            }
            code(settings, "FILES_VERIFICATION_SUCCESS")
        }
    })
}

fn next_status(
    world: &World,
    order: &Order,
    settings: &Settings,
    current: Option<i64>,
    outcome: &Outcome,
) -> Result<Option<Step>, WorldError> {
    Ok(match (current, outcome) {
        (Some(17), Outcome::Hold) => None,
        (Some(17), Outcome::FailDelivery) => {
            Some(last(settings, 5, "Ошибка отправки заявления в ведомство", None))
        }
        (Some(17), _) => Some(status(settings, 21, "Заявление отправлено в ведомство", None)),
        (Some(21), Outcome::FailProcessing) => {
            Some(last(settings, 24, "Ошибка отправки заявления в ведомство", None))
        }
        (Some(21), _) => Some(status(settings, 2, "Заявление получено ведомством", None)),
        (Some(2), Outcome::Correct) => Some(Step {
            edit_allowed: true,
            comment: Some("Исправьте данные и отправьте заявление снова".into()),
            due_ms: None,
            ..status(settings, 15, "Заявление требует исправления", None)
        }),
        (Some(2), Outcome::Refuse) => Some(finish(world, order, settings, false)?),
        (Some(2), Outcome::Hold) => None,
        (Some(2), Outcome::FailDelivery | Outcome::FailProcessing) => {
            Some(last(settings, 24, "Ошибка обработки заявления", None))
        }
        (Some(2), _) => Some(finish(world, order, settings, true)?),
        (Some(9), _) => Some(last(settings, 10, "Заявление отменено", None)),
        _ => None,
    })
}

/// Status 3 or 4 with its signed file. The files are stored first: a final status without them would be a lie.
fn finish(world: &World, order: &Order, settings: &Settings, accepted: bool) -> Result<Step, WorldError> {
    let owner: Option<&Organisation> = world.organisation_by_oid(order.org_oid);
    let service: Option<&Service> = services::by_code(&order.service);
    let files = world.store.files(order.id)?;
    let receipt = receipts::Receipt {
        order,
        owner,
        service,
        files: &files,
        accepted,
        at: settings.now(),
    };
    let mut results = receipt.signed(&world.result_signer, world.authority.certificate())?;
    if accepted {
        results.extend(cabinet::licence_files(world, order, settings.now_ms())?);
    }
    world.store.set_results(order.id, &results)?;
    Ok(if accepted {
        last(settings, 3, "Услуга оказана", None)
    } else {
        last(settings, 4, "Отказано в предоставлении услуги", None)
    })
}

fn code(settings: &Settings, name: &str) -> Step {
    let now_ms = settings.now_ms();
    let due_ms = settings.delay(CODE_DELAY_MS).map(|delay| now_ms + delay);
    Step {
        code: name.into(),
        now_ms,
        due_ms,
        ..Step::default()
    }
}

fn failed(settings: &Settings, name: &str, message: &str) -> Step {
    Step {
        code: name.into(),
        message: Some(message.into()),
        is_final: true,
        now_ms: settings.now_ms(),
        ..Step::default()
    }
}

pub(crate) fn status(settings: &Settings, id: i64, title: &str, agency_code: Option<&str>) -> Step {
    Step {
        code: PORTAL_CODE.into(),
        status_id: Some(id),
        title: title.into(),
        cancel_allowed: settings.cancel_allowed && matches!(id, 17 | 21 | 2),
        agency_code: agency_code.map(str::to_owned),
        due_ms: settings
            .delay(STATUS_DELAY_MS)
            .map(|delay| settings.now_ms() + delay),
        now_ms: settings.now_ms(),
        ..Step::default()
    }
}

pub(crate) fn last(settings: &Settings, id: i64, title: &str, agency_code: Option<&str>) -> Step {
    Step {
        code: PORTAL_CODE.into(),
        status_id: Some(id),
        title: title.into(),
        is_final: true,
        agency_code: agency_code.map(str::to_owned),
        now_ms: settings.now_ms(),
        ..Step::default()
    }
}
