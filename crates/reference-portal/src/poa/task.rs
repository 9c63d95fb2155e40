//! Tasks: files that were handed in and are looked at after a while.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;
use uuid::Uuid;

use super::deed::Deed;
use super::fault::Fault;
use super::judge::{self, Outcome};
use super::record::find;
use super::{read, revocation, xml};
use crate::settings::Settings;
use crate::store::{Record, StoreError};
use crate::world::{World, WorldError};

/// What a task is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = PoaTaskKind)]
pub(crate) enum Kind {
    Registration,
    Revocation,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
#[schema(as = PoaTaskState)]
pub(crate) enum TaskState {
    Queued,
    Processing,
    Done,
    Error,
}

impl TaskState {
    pub(crate) const fn is_over(self) -> bool {
        matches!(self, Self::Done | Self::Error)
    }
}

/// A file that was handed in.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) id: Uuid,
    pub(crate) kind: Kind,
    pub(crate) organisation: i64,
    /// oid of who handed it in.
    pub(crate) person: i64,
    pub(crate) name: String,
    /// Of the file and the signature.
    pub(crate) digest: String,
    /// Of the power of attorney, where the file or its name tells.
    pub(crate) number: Option<Uuid>,
    pub(crate) submitted_ms: i64,
    pub(crate) state: TaskState,
    /// The registry had it already.
    pub(crate) already: bool,
    pub(crate) errors: Vec<Fault>,
    pub(crate) finished_ms: Option<i64>,
}

/// Owner of tasks that are still to be looked at.
const WAITING: &str = "waiting";

impl Record for Task {
    const KIND: &'static str = "poa-task";
    fn id(&self) -> String {
        self.id.to_string()
    }
    fn owner(&self) -> String {
        if self.state.is_over() { "over" } else { WAITING }.into()
    }
    fn at_ms(&self) -> i64 {
        self.submitted_ms
    }
}

/// A file to be handed in.
pub(crate) struct Submission<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'a str,
    pub(crate) content: &'a [u8],
    /// Detached CMS.
    pub(crate) signature: &'a [u8],
    pub(crate) organisation: i64,
    pub(crate) person: i64,
}

/// SHA-256 of a file and its signature, hexadecimal.
pub(super) fn digest(content: &[u8], signature: &[u8]) -> String {
    let mut all = Sha256::new();
    for part in [content, signature] {
        all.update(Sha256::digest(part));
    }
    hex::encode(all.finalize())
}

/// Takes a file. The same file of the same organisation is the same task, however often it comes: on the way it goes on,
/// done it says that it is registered already, and after an error it is looked at again.
pub(crate) fn submit(world: &World, submission: &Submission<'_>) -> Result<Uuid, WorldError> {
    let digest = digest(submission.content, submission.signature);
    let key = format!(
        "{:?}/{}/{}/{digest}",
        submission.kind, submission.organisation, submission.name
    );
    let hashed: [u8; 32] = Sha256::digest(key.as_bytes()).into();
    let mut first = [0; 16];
    first.copy_from_slice(&hashed[..16]);
    let id = uuid::Builder::from_random_bytes(first).into_uuid();
    let now_ms = world.now_ms();
    world
        .store
        .keep_poa_files(id, submission.content, submission.signature)?;
    let task = Task {
        id,
        kind: submission.kind,
        organisation: submission.organisation,
        person: submission.person,
        name: submission.name.into(),
        digest,
        number: number_of(submission),
        submitted_ms: now_ms,
        state: TaskState::Queued,
        already: false,
        errors: vec![],
        finished_ms: None,
    };
    if !world.store.add_record(&task)? {
        world
            .store
            .change_record(&id.to_string(), |known: &mut Task| match known.state {
                TaskState::Done => known.already = true,
                TaskState::Error => *known = task.clone(),
                TaskState::Queued | TaskState::Processing => {}
            })?;
    }
    world.wake();
    Ok(id)
}

fn number_of(submission: &Submission<'_>) -> Option<Uuid> {
    match submission.kind {
        Kind::Registration => read::read_content(submission.content)
            .map(|deed| deed.number)
            .ok()
            .or_else(|| xml::number_of_name(submission.name, read::PREFIX)),
        Kind::Revocation => revocation::read(submission.name, submission.content)
            .map(|revocation| revocation.number)
            .ok(),
    }
}

/// Moves the tasks on whose time has come.
pub(crate) fn move_due(world: &World) -> Result<(), WorldError> {
    let waiting = world.store.records_of::<Task>(WAITING)?;
    if waiting.is_empty() {
        return Ok(());
    }
    let settings = world.settings();
    for task in waiting {
        if is_due(&task, &settings) {
            advance(world, task)?;
        }
    }
    Ok(())
}

fn is_due(task: &Task, settings: &Settings) -> bool {
    let seconds = match task.state {
        TaskState::Queued => settings.poa.queue_s,
        _ => settings.poa.queue_s.saturating_add(settings.poa.processing_s),
    };
    let delay = settings.delay(seconds.saturating_mul(1000));
    delay.is_some_and(|delay| task.submitted_ms.saturating_add(delay) <= settings.now_ms())
}

/// Takes the next step of a task now.
pub(super) fn advance(world: &World, task: Task) -> Result<(), WorldError> {
    if task.state == TaskState::Queued {
        world
            .store
            .change_record(&task.id.to_string(), |known: &mut Task| {
                if known.state == TaskState::Queued {
                    known.state = TaskState::Processing;
                }
            })?;
        return Ok(());
    }
    let Some(files) = world.store.poa_files(task.id)? else {
        return Ok(());
    };
    let outcome = judge::carry_out(world, &task, &files.content, &files.signature)?;
    finish(world, &task, outcome)?;
    Ok(())
}

fn finish(world: &World, task: &Task, outcome: Outcome) -> Result<(), StoreError> {
    let now_ms = world.now_ms();
    world
        .store
        .change_record(&task.id.to_string(), |known: &mut Task| {
            if known.state.is_over() {
                return;
            }
            known.finished_ms = Some(now_ms);
            match outcome {
                Outcome::Done { already } => {
                    known.state = TaskState::Done;
                    known.already = already;
                    known.errors.clear();
                }
                Outcome::Refused(errors) => {
                    known.state = TaskState::Error;
                    known.errors = errors;
                }
            }
        })?;
    Ok(())
}

/// Whether a file is of the kind a person hands in for themselves: it passes on, or revokes, what they gave as a person.
pub(crate) fn is_of_own_hand(
    world: &World,
    submission: &Submission<'_>,
    inn: &str,
) -> Result<bool, StoreError> {
    let is_theirs = |deed: &Deed| {
        let mut people = deed.principals.iter().filter_map(|party| party.person());
        deed.parent.is_some() && people.any(|person| person.inn == inn)
    };
    Ok(match submission.kind {
        Kind::Registration => read::read_content(submission.content).is_ok_and(|deed| is_theirs(&deed)),
        Kind::Revocation => match revocation::read(submission.name, submission.content) {
            Ok(revocation) => find(world, revocation.number)?.is_some_and(|one| is_theirs(&one.deed)),
            Err(_) => false,
        },
    })
}
