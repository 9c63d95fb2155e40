//! Terms of the law: which reports fall due when, counted with days off (НК РФ, статья 6.1; ТК РФ, статья 112).
//!
//! [`WorkCalendar`] knows working days, a [`Rule`] is one obligation as data, and [`occurrences`] gives every date it falls due on.

mod calendar;
mod rule;
#[cfg(test)]
mod tests;

pub use calendar::{Transfer, WorkCalendar, Year};
pub use rule::{Due, Occurrence, Period, Periodicity, Profile, Regime, Roll, Rule, Who, occurrences};
