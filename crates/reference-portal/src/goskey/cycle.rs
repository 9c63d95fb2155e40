//! The life of an order that ends up on a phone.

use crate::archive;
use crate::clock;
use crate::lifecycle::{last, move_on, status};
use crate::settings::{Outcome, Settings};
use crate::store::{Order, ResultFile, Step};
use crate::world::{World, WorldError};

use super::request::{self, Fault};
use super::{Decision, Flaw, GoskeyAnswer, Waiting};

/// The step after the present one; `None` to stay.
pub(crate) fn next_status(
    world: &World,
    order: &Order,
    settings: &Settings,
    (current, outcome): (Option<i64>, &Outcome),
) -> Result<Option<Step>, WorldError> {
    Ok(match (current, outcome) {
        (Some(17), Outcome::Hold) => None,
        (Some(17), Outcome::FailDelivery) => Some(failed(
            settings,
            &Fault {
                code: "state_eds_no_answer",
                message: "Подпись отправителя не проверена за 8 часов".into(),
            },
        )),
        (Some(17), _) => Some(status(settings, 21, "Заявление отправлено в ведомство", None)),
        (Some(21), Outcome::FailProcessing) => {
            Some(last(settings, 24, "Ошибка отправки заявления в ведомство", None))
        }
        (Some(21), _) => Some(arrive(world, order, settings)?),
        (Some(2), outcome) => on_the_phone(world, order, settings, outcome)?,
        (Some(9), _) => Some(last(settings, 10, "Заявление отменено", None)),
        _ => None,
    })
}

fn arrive(world: &World, order: &Order, settings: &Settings) -> Result<Step, WorldError> {
    // What gu-smev let through is an archive.
    let entries = archive::read(&world.store.archive_path(order.id)).unwrap_or_default();
    let examined = request::examine(&entries, &order.service, &world.index.employees, settings.now());
    let examined = match examined {
        Err(fault) => return Ok(failed(settings, &fault)),
        Ok(examined) if !world.phones.has(&examined.employee) => {
            let fault = Fault {
                code: "snils_not_found",
                message: "У пользователя нет Госключа".into(),
            };
            return Ok(failed(settings, &fault));
        }
        Ok(examined) => examined,
    };
    // It may be there from before a kill, and the operator may have answered it.
    world.store.add_record(&Waiting {
        order: order.id,
        employee: examined.employee,
        organisation: examined.organisation,
        arrived_ms: settings.now_ms(),
        expires_ms: clock::to_ms(examined.expires),
        documents: examined.documents,
        decision: None,
        flaw: None,
    })?;
    Ok(status(settings, 2, "Документы отправлены на подпись", None))
}

fn on_the_phone(
    world: &World,
    order: &Order,
    settings: &Settings,
    outcome: &Outcome,
) -> Result<Option<Step>, WorldError> {
    let Some(mut waiting) = world.store.record::<Waiting>(&order.id.to_string())? else {
        return Ok(Some(last(settings, 24, "Ошибка обработки заявления", None)));
    };
    let now_ms = settings.now_ms();
    let is_done_by_itself = settings
        .delay(settings.goskey.after_s.saturating_mul(1000))
        .is_some_and(|delay| waiting.arrived_ms.saturating_add(delay) <= now_ms);
    let by_itself = match (outcome, settings.goskey.answer) {
        (Outcome::Hold, _) | (_, GoskeyAnswer::Wait) => None,
        (Outcome::Refuse, _) | (_, GoskeyAnswer::Reject) => Some(Decision::Rejected),
        (_, GoskeyAnswer::Sign) => Some(Decision::Signed),
    };
    let decision = match waiting.decision {
        Some(decision) => decision,
        None if now_ms >= waiting.expires_ms => Decision::Expired,
        None => match by_itself.filter(|_| is_done_by_itself) {
            Some(decision) => decision,
            None => return Ok(None),
        },
    };
    waiting.decision = Some(decision);
    let step = match decision {
        Decision::Signed => {
            let results = signed(world, order, &waiting, settings)?;
            world.store.set_results(order.id, &results)?;
            last(settings, 3, "Документы подписаны", Some("done"))
        }
        Decision::Rejected => Step {
            comment: Some("Пользователь отказался подписать документы".into()),
            ..last(settings, 4, "Отказано в подписании", Some("sign_reject"))
        },
        Decision::Expired => Step {
            comment: Some("Истёк срок, отведённый на подписание".into()),
            ..last(settings, 4, "Истекло время подписания", Some("expired"))
        },
    };
    world.store.put_record(&waiting)?;
    Ok(Some(step))
}

/// Each file and its signature, under the mnemonics of the published example.
fn signed(
    world: &World,
    order: &Order,
    waiting: &Waiting,
    settings: &Settings,
) -> Result<Vec<ResultFile>, WorldError> {
    let entries = archive::read(&world.store.archive_path(order.id)).unwrap_or_default();
    let other = world.phones.other_than(&waiting.employee);
    let signer = match (waiting.flaw, other) {
        (Some(Flaw::Person), Some(other)) => other,
        _ => &waiting.employee,
    };
    let mut results = Vec::new();
    for (name, _) in &waiting.documents {
        let Some(entry) = entries.iter().find(|entry| entry.name == *name) else {
            continue;
        };
        let mut content = entry.content.clone();
        if waiting.flaw == Some(Flaw::Content) {
            content.push(b' ');
        }
        let what: &[u8] = if waiting.flaw == Some(Flaw::Signature) {
            b"something else"
        } else {
            &content
        };
        let of = (world.authority.certificate(), what, settings.now());
        let for_organisation = order.service != super::SERVICES[0];
        let Some(signature) = world.phones.sign(signer, for_organisation, of)? else {
            continue;
        };
        results.push(ResultFile {
            mnemonic: format!("{name}_attach"),
            name: name.clone(),
            mime: "application/octet-stream".into(),
            content,
        });
        results.push(ResultFile {
            mnemonic: name.clone(),
            name: format!("{name}.sig"),
            mime: "application/pkcs7-signature".into(),
            content: signature,
        });
    }
    Ok(results)
}

fn failed(settings: &Settings, fault: &Fault) -> Step {
    Step {
        comment: Some(fault.message.clone()),
        ..last(
            settings,
            5,
            "Ошибка отправки документов на подпись",
            Some(fault.code),
        )
    }
}

/// What the operator makes a person do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Act {
    pub(crate) decision: Decision,
    pub(crate) flaw: Option<Flaw>,
}

/// The person of this order does it now. `false` when nothing of that number waits.
pub(crate) fn act(world: &World, order: i64, act: Act) -> Result<bool, WorldError> {
    let done = world
        .store
        .change_record(&order.to_string(), |waiting: &mut Waiting| {
            let is_open = waiting.decision.is_none();
            if is_open {
                waiting.decision = Some(act.decision);
                waiting.flaw = act.flaw;
            }
            is_open
        })?;
    let (Some(true), Some(order)) = (done, world.store.order(order)?) else {
        return Ok(false);
    };
    move_on(world, &order)?;
    Ok(true)
}
