//! Step-up: a sensitive call is confirmed by a further factor, for that call and body, once, within minutes.
//!
//! A handler takes a [`Confirmation`] from the request and calls [`Confirmation::require`]. Which factors confirm which
//! operation stands in `data/confirmations.json`.

mod confirm;

use std::sync::{Arc, LazyLock};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

pub(crate) use confirm::{__path_confirm, __path_send_code, confirm, send_code};

use super::account::Account;
use super::codes::ExpectedCode;
use super::refusal::{Code, Refusal};
use super::request::Caller;
use super::signature::encoded;
use super::time_format::rfc3339;
use crate::clock;
use crate::store::Record;
use crate::world::World;

/// Wrong answers one demand takes.
const ATTEMPTS: u32 = 3;
/// Demands of one person within [`DEMAND_WINDOW_MS`].
const DEMANDS: usize = 20;
const DEMAND_WINDOW_MS: i64 = 10 * 60 * 1000;

/// `data/confirmations.json`; its shape is checked by a test.
static OPERATIONS: LazyLock<Operations> = LazyLock::new(|| {
    serde_json::from_str(include_str!("../../../data/confirmations.json")).unwrap_or_default()
});

#[derive(Default, Deserialize)]
struct Operations {
    operations: Vec<Operation>,
}

#[derive(Deserialize)]
struct Operation {
    operation: String,
    title: String,
    /// One of these is enough.
    #[serde(default)]
    any: Vec<String>,
    /// Every one of these is needed.
    #[serde(default)]
    all: Vec<String>,
}

/// A demand and how far it is met.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StepUp {
    id: Uuid,
    person: i64,
    operation: String,
    title: String,
    /// Digest of method, path and body of the call it confirms.
    call: String,
    factors: Vec<String>,
    all: Vec<String>,
    done: Vec<String>,
    attempts_left: u32,
    code: Option<ExpectedCode>,
    text: String,
    at_ms: i64,
    expires_ms: i64,
    used: bool,
}

impl Record for StepUp {
    const KIND: &'static str = "step-up";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        self.person.to_string()
    }
    fn at_ms(&self) -> i64 {
        self.at_ms
    }
}

/// What would confirm a call.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = StepUp)]
pub(crate) struct Demand {
    id: Uuid,
    operation: String,
    /// In Russian.
    title: String,
    /// What is offered: `sms`, `email`, `app`, `password`, `token`, `signature`.
    factors: Vec<String>,
    /// Given when every one of these is needed.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    all: Vec<String>,
    #[schema(format = DateTime)]
    expires: String,
    /// Base64 of a text in UTF-8, for the factor `signature`.
    bytes_to_sign: String,
}

impl StepUp {
    fn demand(&self) -> Demand {
        Demand {
            id: self.id,
            operation: self.operation.clone(),
            title: self.title.clone(),
            factors: self.factors.clone(),
            all: self.all.clone(),
            expires: rfc3339(self.expires_ms),
            bytes_to_sign: encoded(&self.text),
        }
    }

    /// Factors still wanted; nothing when it is met.
    fn remaining(&self) -> Vec<String> {
        let wanted = if self.all.is_empty() {
            &self.factors
        } else {
            &self.all
        };
        if self.all.is_empty() && !self.done.is_empty() {
            return vec![];
        }
        wanted
            .iter()
            .filter(|f| !self.done.contains(f))
            .cloned()
            .collect()
    }

    fn is_over(&self, now_ms: i64) -> bool {
        self.used || self.attempts_left == 0 || now_ms >= self.expires_ms
    }
}

/// What the request says of a confirmation.
#[derive(Clone, Debug)]
pub(crate) struct Confirmation {
    id: Option<Uuid>,
    /// Method and path.
    line: String,
}

impl FromRequestParts<Arc<World>> for Confirmation {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Arc<World>) -> Result<Self, Refusal> {
        let header = parts.headers.get("X-Step-Up");
        let id = header
            .map(|value| {
                let text = value.to_str().ok();
                text.and_then(|text| Uuid::parse_str(text).ok())
                    .ok_or_else(|| Refusal::bad("X-Step-Up: номер подтверждения не распознан"))
            })
            .transpose()?;
        Ok(Self {
            id,
            line: format!("{} {}", parts.method, parts.uri.path()),
        })
    }
}

impl Confirmation {
    /// Lets the call through if it was confirmed; otherwise refuses it with a new demand.
    pub(crate) fn require(
        &self,
        world: &World,
        caller: &Caller,
        operation: &str,
        body: &[u8],
    ) -> Result<(), Refusal> {
        let Some(known) = OPERATIONS.operations.iter().find(|o| o.operation == operation) else {
            return Ok(());
        };
        if known.any.is_empty() && known.all.is_empty() {
            return Ok(());
        }
        let mut hasher = Sha256::new();
        hasher.update(self.line.as_bytes());
        hasher.update([0]);
        hasher.update(Sha256::digest(body));
        let call = hex::encode(hasher.finalize());
        let now_ms = clock::now_ms();
        if let Some(id) = self.id {
            let fits = world.store.change_record(&id.to_string(), |step: &mut StepUp| {
                let fits = step.person == caller.person
                    && step.operation == operation
                    && step.call == call
                    && !step.is_over(now_ms)
                    && step.remaining().is_empty();
                step.used |= fits;
                fits
            })?;
            if fits == Some(true) {
                return Ok(());
            }
        }
        let step = demanded(world, caller, known, call, now_ms)?;
        Err(Refusal::new(Code::StepUpRequired).with(|body| body.step_up = Some(step.demand())))
    }
}

fn demanded(
    world: &World,
    caller: &Caller,
    operation: &Operation,
    call: String,
    now_ms: i64,
) -> Result<StepUp, Refusal> {
    let earlier = world.store.records_of::<StepUp>(&caller.person.to_string())?;
    let recent = earlier
        .iter()
        .filter(|step| now_ms - step.at_ms < DEMAND_WINDOW_MS);
    if recent.count() >= DEMANDS {
        return Err(Refusal::new(Code::TooOften).retry_after_ms(DEMAND_WINDOW_MS));
    }
    let account = Account::of(world, caller.employee(world)?);
    let resolve = |factors: &[String]| -> Vec<String> {
        let named = factors.iter().map(|factor| match factor.as_str() {
            "code" => "sms",
            other => other,
        });
        named
            .filter(|factor| account.factors.contains(factor))
            .map(str::to_owned)
            .collect()
    };
    let all = resolve(&operation.all);
    let factors = if all.is_empty() {
        resolve(&operation.any)
    } else {
        all.clone()
    };
    let id = Uuid::new_v4();
    let step = StepUp {
        id,
        person: caller.person,
        operation: operation.operation.clone(),
        title: operation.title.clone(),
        call,
        factors,
        all,
        done: vec![],
        attempts_left: ATTEMPTS,
        code: None,
        text: format!(
            "Подтверждаю действие на портале: {}.\nНомер подтверждения: {id}.\nВремя: {}.\n",
            operation.title,
            rfc3339(now_ms)
        ),
        at_ms: now_ms,
        expires_ms: now_ms + world.settings().cabinet.step_up_lifetime_s * 1000,
        used: false,
    };
    world.store.add_record(&step)?;
    Ok(step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_operation_has_factors_the_contract_knows_or_none() {
        assert!(OPERATIONS.operations.len() > 15);
        const KNOWN: [&str; 7] = ["sms", "email", "app", "password", "token", "signature", "code"];
        for operation in &OPERATIONS.operations {
            for factor in operation.any.iter().chain(&operation.all) {
                assert!(KNOWN.contains(&factor.as_str()), "{factor}");
            }
            assert!(operation.any.is_empty() || operation.all.is_empty());
        }
    }
}
