//! The review of access: reminded of in the calendar, a checklist with what deviates already, a report on paper (EMP-40, C-38).

use std::io::Write;
use std::path::Path;

use kabinet_store::OrganisationStore;
use kabinet_texts::Texts;
use serde::{Deserialize, Serialize};
use time::macros::format_description;
use time::{Date, Duration, OffsetDateTime};

use super::list::Kept;
use super::person::critical;
use super::{ADMINISTRATOR, REVIEW};
use crate::beside::draft_beside;
use crate::blocking::blocking;
use crate::cabinet::KeptPermission;
use crate::print::{self, Block, Paper, readable};
use crate::state::Current;
use crate::view::{AccessReview, EmployeeRow, FieldProblem, ReviewFinding, ReviewForm, StaffPage, day};
use crate::{App, AppError, Event, journal, package, tools};

/// Setting of an organisation.
const KEPT: &str = "access-review";
/// More administrators than this are worth a look.
const ADMINISTRATORS: usize = 3;
/// Characters of a note.
const NOTE: usize = 500;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
struct Rhythm {
    /// `monthly`, `quarterly`, `off`; nothing was chosen yet.
    interval: Option<String>,
    last: Option<String>,
    /// Since when it is counted where there was none yet.
    since: Option<String>,
}

impl Rhythm {
    fn interval(&self) -> &str {
        // C-38: quarterly unless the organisation has much data to guard.
        self.interval.as_deref().unwrap_or("quarterly")
    }

    /// The day of the next one; none where nobody wants any.
    fn due(&self) -> Option<Date> {
        let days = match self.interval() {
            "monthly" => 30,
            "quarterly" => 91,
            _ => return None,
        };
        let last = self.last.as_deref().or(self.since.as_deref())?;
        let last = Date::parse(last, format_description!("[year]-[month]-[day]")).ok()?;
        last.checked_add(Duration::days(days))
    }
}

/// The day of the next review, for the calendar. Nothing where the role does not review.
pub(crate) fn review_due(current: &Current, store: &OrganisationStore) -> Result<Option<Date>, AppError> {
    let reviews = current.standing().is_some_and(|standing| {
        let granted = |one: &KeptPermission| one.code == REVIEW && one.granted;
        standing.permissions.iter().any(granted)
    });
    if !reviews {
        return Ok(None);
    }
    Ok(store.setting::<Rhythm>(KEPT)?.unwrap_or_default().due())
}

impl App {
    /// What the file of a report is to be called.
    pub fn access_review_name(&self) -> String {
        let name = self
            .texts()
            .text("print.review.file", [("day", day(OffsetDateTime::now_utc()))]);
        format!("{}.pdf", package::safe_name(&name))
    }

    /// How the review stands. The first time, the rhythm begins.
    pub(super) async fn access_review(&self, kept: &Kept) -> Result<AccessReview, AppError> {
        let today = today();
        let has_people = !kept.items.is_empty();
        let rhythm = self
            .with_store(move |store| {
                let mut rhythm: Rhythm = store.setting(KEPT)?.unwrap_or_default();
                if rhythm.since.is_none() && has_people {
                    rhythm.since = Some(today.to_string());
                    store.set_setting(KEPT, &rhythm)?;
                }
                Ok(rhythm)
            })
            .await?;
        let due = rhythm.due();
        Ok(AccessReview {
            interval: rhythm.interval().to_owned(),
            last: rhythm.last.clone(),
            due: due.map(|due| due.to_string()),
            is_due: due.is_some_and(|due| due <= today),
            findings: self.findings(kept).await?,
        })
    }

    async fn findings(&self, kept: &Kept) -> Result<Vec<ReviewFinding>, AppError> {
        let mut all = vec![];
        let about = |row: &EmployeeRow, code: &str| {
            let problem = FieldProblem::new(code).with("name", name(row));
            ReviewFinding {
                employee: Some(row.id.clone()),
                code: code.to_owned(),
                params: problem.params,
            }
        };
        for row in &kept.items {
            if !row.is_active && !self.poas_of(row).await?.is_empty() {
                all.push(about(row, "revoked-with-poa"));
            }
            if !row.is_active && !critical(kept, row).is_empty() {
                all.push(about(row, "revoked-with-critical-role"));
            }
            if !kept.roles.is_empty() && kept.role(&row.role_code).is_none() {
                all.push(about(row, "unknown-role"));
            }
        }
        let administrators = kept
            .items
            .iter()
            .filter(|row| row.is_active && row.role_code == ADMINISTRATOR)
            .count();
        if administrators > ADMINISTRATORS {
            let problem = FieldProblem::new("many-administrators").with("count", administrators);
            all.push(ReviewFinding {
                employee: None,
                code: problem.code,
                params: problem.params,
            });
        }
        Ok(all)
    }

    /// How often access is reviewed: `monthly`, `quarterly`, `off`.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for anything else; [`ActError::NotPermitted`](crate::cabinet::ActError).
    pub async fn set_access_review(&self, interval: &str) -> Result<StaffPage, AppError> {
        if !["monthly", "quarterly", "off"].contains(&interval) {
            return Err(AppError::NotFound);
        }
        let current = self.current().await?;
        self.permit(&current, REVIEW).await?;
        let interval = interval.to_owned();
        self.with_store(move |store| {
            let mut rhythm: Rhythm = store.setting(KEPT)?.unwrap_or_default();
            rhythm.interval = Some(interval);
            rhythm.since.get_or_insert_with(|| today().to_string());
            Ok(store.set_setting(KEPT, &rhythm)?)
        })
        .await?;
        self.tell(Event::CalendarChanged);
        self.staff(false).await
    }

    /// Writes the report (PDF/A) of a review, and counts the next one from today. The journal says how many deviations there were.
    ///
    /// # Errors
    /// [`ActError::NotPermitted`](crate::cabinet::ActError); [`AppError::File`]; [`AppError::Protocol`].
    pub async fn finish_access_review(&self, form: ReviewForm, target: &Path) -> Result<StaffPage, AppError> {
        let current = self.current().await?;
        self.permit(&current, REVIEW).await?;
        let kept = self.kept_staff(&current).await?;
        let findings = self.findings(&kept).await?;
        let holder = current
            .session()
            .map(|session| session.view.holder)
            .unwrap_or_default();
        let (texts, target) = (self.texts(), target.to_path_buf());
        blocking(move || {
            let paper = paper(&texts, &current, &kept, &findings, &form, &holder);
            let bytes = print::pdf(paper, &texts)?;
            let failed = |source| tools::file_error(&target, source);
            let mut file = draft_beside(&target)?;
            file.write_all(&bytes).map_err(failed)?;
            file.as_file().sync_all().map_err(failed)?;
            file.persist(&target).map_err(|error| failed(error.error))?;
            let store = &current.store;
            let mut rhythm: Rhythm = store.setting(KEPT)?.unwrap_or_default();
            rhythm.last = Some(today().to_string());
            store.set_setting(KEPT, &rhythm)?;
            let entry = journal::with(
                journal::plain("access-reviewed", &holder),
                "deviations",
                form.deviations.len(),
            );
            let entry = journal::with(entry, "people", kept.items.len());
            Ok(store.record(&entry)?)
        })
        .await?;
        self.tell(Event::CalendarChanged);
        self.staff(false).await
    }
}

fn today() -> Date {
    OffsetDateTime::now_utc()
        .to_offset(time::macros::offset!(+3))
        .date()
}

fn name(row: &EmployeeRow) -> String {
    let parts = [
        Some(row.surname.as_str()),
        Some(row.given_name.as_str()),
        row.patronymic.as_deref(),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn paper(
    texts: &Texts,
    current: &Current,
    kept: &Kept,
    findings: &[ReviewFinding],
    form: &ReviewForm,
    holder: &str,
) -> Paper {
    let label = |name: &str| texts.plain(&format!("print.review.{name}"));
    let organisation = &current.organisation;
    let now = OffsetDateTime::now_utc();
    let mut blocks = vec![
        Block::Heading {
            level: 1,
            text: label("title"),
        },
        Block::Facts {
            facts: [
                (
                    label("organisation"),
                    format!("{}, ИНН {}", organisation.name, organisation.inn),
                ),
                (label("day"), day(now)),
                (label("by"), holder.to_owned()),
                (label("agreed"), form.agreed_with.chars().take(NOTE).collect()),
                (label("heard"), kept.at.map(day).unwrap_or_default()),
            ]
            .into_iter()
            .map(|(label, value)| (label, readable(&value)))
            .collect(),
            stand_out: false,
        },
    ];
    let points: Vec<Vec<String>> = POINTS
        .iter()
        .map(|point| {
            let state = match form.points.iter().any(|done| done == point) {
                true => label("done"),
                false => label("not-done"),
            };
            vec![texts.plain(&format!("ui.employees.review.point.{point}")), state]
        })
        .collect();
    blocks.push(Block::Table {
        caption: label("points"),
        heads: vec![label("point"), label("state")],
        rows: points,
    });
    if !kept.items.is_empty() {
        blocks.push(Block::Table {
            caption: label("people"),
            heads: vec![label("name"), label("position"), label("role"), label("outcome")],
            rows: kept.items.iter().map(|row| line(texts, form, row)).collect(),
        });
    }
    if !findings.is_empty() {
        let said = findings.iter().map(|one| {
            let text = texts.text(&format!("ui.employees.finding.{}", one.code), &one.params);
            (readable(&text), one.code.clone())
        });
        blocks.push(Block::Remarks {
            label: label("findings"),
            remarks: said.collect(),
        });
    }
    blocks.push(Block::Paragraph(label("signature")));
    Paper {
        name: format!("{} — {}", label("title"), readable(&organisation.name)),
        blocks,
        made: Some(now),
        boxes: texts.plain("print.journal.boxes"),
        attachment: None,
    }
}

/// Points of the checklist; texts under `ui.employees.review.point.<code>`.
const POINTS: [&str; 6] = [
    "duties",
    "dismissed",
    "journal",
    "administrators",
    "poas",
    "certificates",
];

fn line(texts: &Texts, form: &ReviewForm, row: &EmployeeRow) -> Vec<String> {
    let deviation = form.deviations.iter().find(|(id, _)| *id == row.id);
    let outcome = match deviation {
        Some((_, note)) => {
            let note: String = note.chars().take(NOTE).collect();
            texts.text("print.review.deviates", [("note", note)])
        }
        None if form.fit.contains(&row.id) => texts.plain("print.review.fits"),
        None => texts.plain("print.review.not-looked-at"),
    };
    let role = match row.is_active {
        true => row.role_title.clone(),
        false => texts.text("print.review.closed", [("role", row.role_title.clone())]),
    };
    [name(row), row.position.clone().unwrap_or_default(), role, outcome]
        .map(|text| readable(&text))
        .to_vec()
}
