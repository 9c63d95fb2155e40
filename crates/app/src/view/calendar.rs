use serde::{Deserialize, Serialize};
use specta::Type;

/// A part of the calendar.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CalendarView {
    /// Today on this computer, `yyyy-mm-dd`.
    pub today: String,
    /// What the organisation is.
    pub profile: CalendarProfile,
    /// What falls due, the nearest first.
    pub entries: Vec<CalendarEntry>,
    /// Days nobody works, `yyyy-mm-dd`.
    pub days_off: Vec<String>,
    /// Years of which the government's decree is not known: their dates may still move.
    pub undecreed: Vec<i32>,
}

/// What the organisation is, and when to remind of its terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CalendarProfile {
    /// Regime of taxation.
    pub regime: TaxRegime,
    /// Pays people.
    pub employer: bool,
    /// Pays VAT.
    pub vat: bool,
    /// Reminds on the desktop.
    pub remind: bool,
    /// First hour without reminders, 0 to 23.
    pub quiet_from: u8,
    /// First hour with reminders again.
    pub quiet_to: u8,
    /// A person has said so; otherwise it is a guess.
    pub chosen: bool,
}

/// A regime of taxation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum TaxRegime {
    /// Общий режим.
    General,
    /// Упрощённая система.
    Simplified,
    /// Сельскохозяйственный налог.
    Agricultural,
    /// Патент.
    Patent,
}

/// Something that falls due.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CalendarEntry {
    /// Identity: the same for the same thing and period.
    pub id: String,
    /// Where it comes from.
    pub kind: DeadlineKind,
    /// What.
    pub title: String,
    /// To whom: `fns`, `sfr`.
    pub authority: Option<String>,
    /// Where the law says so.
    pub source: Option<String>,
    /// For which period.
    pub period: Option<DeadlinePeriod>,
    /// The last day in time, `yyyy-mm-dd`.
    pub due: String,
    /// The day the law names, before days off were counted.
    pub named: String,
    /// Days left; negative afterwards.
    pub days_left: i32,
    /// Working days left; 0 afterwards.
    pub working_days_left: u32,
    /// The date will not move any more.
    pub certain: bool,
    /// A person has marked it as done.
    pub done: bool,
}

/// Where a deadline comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DeadlineKind {
    /// The law.
    Law,
    /// The person.
    Own,
    /// A certificate ends; the title is its holder.
    Certificate,
    /// A power of attorney ends; the title is who received it, the identity `poa/<number>`.
    PowerOfAttorney,
    /// An authority waits for an answer; the identity is `question/<number of the application>/…`.
    Question,
    /// Access to the cabinet is to be reviewed.
    Review,
}

/// A month, quarter or year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeadlinePeriod {
    /// Year.
    pub year: i32,
    /// Month or quarter from 1; 0 for a year.
    pub part: u8,
    /// Which of them.
    pub kind: PeriodKind,
}

/// How long a period is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PeriodKind {
    /// A month.
    Month,
    /// A quarter.
    Quarter,
    /// A year.
    Year,
}
