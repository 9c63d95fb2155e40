//! Which backups have had their day.

use std::collections::BTreeSet;

use time::{Duration, OffsetDateTime};

use super::Backup;

/// All of this time are kept.
const ALL: Duration = Duration::days(7);
/// Behind those, the newest of each week, for this long.
const WEEKLY: Duration = Duration::days(28);
/// Behind those, the newest of each month, for this long.
const MONTHLY: Duration = Duration::days(365);

/// Backups that can go, out of all of one place: all of the last 7 days stay, of the 4 weeks one a week, of the year one a
/// month, and of what is left then only the newest `most`. A backup that was found broken stands for no week or month,
/// and while none is known to be sound nothing goes; the newest sound one always stays.
pub fn expendable(backups: &[Backup], now: OffsetDateTime, most: usize) -> Vec<&Backup> {
    let mut newest_first: Vec<&Backup> = backups.iter().collect();
    // Those a wrong clock took in the future come behind the real ones, so that they push none of them out.
    newest_first.sort_by_key(|backup| (backup.taken > now, std::cmp::Reverse(backup.taken)));
    let Some(last_sound) = newest_first
        .iter()
        .find(|backup| backup.checked.is_some_and(|checked| checked.sound))
        .map(|backup| backup.taken)
    else {
        return Vec::new();
    };
    let mut periods = BTreeSet::new();
    let mut kept = 0;
    newest_first
        .into_iter()
        .filter(|backup| {
            let broken = backup.checked.is_some_and(|checked| !checked.sound);
            let stays = match period(backup.taken, now) {
                Period::Recent => true,
                Period::Of(period) => !broken && periods.insert(period),
                Period::Past => false,
            } && kept < most.max(1);
            let stays = stays || backup.taken == last_sound;
            kept += usize::from(stays && !broken);
            !stays
        })
        .collect()
}

enum Period {
    Recent,
    /// The year, and the ISO week (positive) or the month (negative).
    Of((i32, i8)),
    Past,
}

fn period(taken: OffsetDateTime, now: OffsetDateTime) -> Period {
    let date = taken.to_offset(time::UtcOffset::UTC).date();
    match now - taken {
        age if age < ALL => Period::Recent,
        age if age < WEEKLY => {
            let (year, week, _) = date.to_iso_week_date();
            Period::Of((year, week.cast_signed()))
        }
        age if age < MONTHLY => Period::Of((date.year(), -u8::from(date.month()).cast_signed())),
        _ => Period::Past,
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use time::macros::datetime;

    use super::super::Checked;
    use super::*;

    /// A Thursday.
    const NOW: OffsetDateTime = datetime!(2026-10-15 12:00 UTC);

    fn backup(days_ago: i64, sound: Option<bool>) -> Backup {
        let taken = NOW - Duration::days(days_ago);
        Backup {
            taken,
            path: PathBuf::from(days_ago.to_string()),
            vault: None,
            size: 0,
            checked: sound.map(|sound| Checked { at: taken, sound }),
        }
    }

    fn left(backups: &[Backup], most: usize) -> Vec<i64> {
        let gone = expendable(backups, NOW, most);
        backups
            .iter()
            .filter(|backup| !gone.contains(backup))
            .map(|backup| (NOW - backup.taken).whole_days())
            .collect()
    }

    #[test]
    fn a_year_of_daily_backups_thins_out_with_age() {
        let daily: Vec<Backup> = (0..500).map(|day| backup(day, Some(true))).collect();
        assert_eq!(
            left(&daily, usize::MAX),
            [
                0, 1, 2, 3, 4, 5, 6, // all of the last seven days
                7, 11, 18, 25, // 8.10, then the Sundays 4.10, 27.9 and 20.9
                28, 45, 76, 107, 137, 168, 198, 229, 257, 288, 319,
                349, // 17.9, then the last day of each month
            ]
        );
    }

    #[test]
    fn nothing_goes_twice_and_what_is_left_stays_tomorrow_if_young() {
        let mut backups: Vec<Backup> = Vec::new();
        for day in (0..800).rev() {
            let now = NOW - Duration::days(day);
            backups.push(backup(day, Some(true)));
            let gone: Vec<Backup> = expendable(&backups, now, usize::MAX)
                .into_iter()
                .cloned()
                .collect();
            backups.retain(|backup| !gone.contains(backup));
        }
        // Seven days, up to five weeks that begin in the range, up to thirteen months.
        assert!((20..=25).contains(&backups.len()), "{}", backups.len());
        let oldest = backups.iter().map(|backup| NOW - backup.taken).max().unwrap();
        assert!(oldest > Duration::days(320), "{oldest}");
    }

    #[test]
    fn the_cases_one_by_one() {
        let (sound, broken, unknown) = (Some(true), Some(false), None);
        for (backups, most, expected, why) in [
            (vec![], 1, vec![], "none"),
            (
                vec![backup(900, sound)],
                1,
                vec![900],
                "the only sound one, however old",
            ),
            (
                vec![backup(0, broken), backup(900, sound)],
                1,
                vec![0, 900],
                "a broken one does not push out the sound one",
            ),
            (
                vec![backup(400, unknown), backup(500, unknown)],
                1,
                vec![400, 500],
                "nothing is known to be sound",
            ),
            (
                vec![backup(0, sound), backup(1, sound), backup(2, sound)],
                2,
                vec![0, 1],
                "a limit",
            ),
            (
                vec![backup(0, sound), backup(1, sound)],
                0,
                vec![0],
                "never fewer than one",
            ),
            (
                // Monday and Tuesday of one week.
                vec![backup(0, sound), backup(9, broken), backup(10, sound)],
                usize::MAX,
                vec![0, 10],
                "a broken one does not stand for its week",
            ),
            (
                vec![backup(0, sound), backup(-3, sound), backup(-400, sound)],
                usize::MAX,
                vec![0, -3, -400],
                "a clock that was wrong removes nothing",
            ),
            (
                vec![
                    backup(-400, sound),
                    backup(-3, sound),
                    backup(0, sound),
                    backup(1, sound),
                ],
                2,
                vec![0, 1],
                "what a wrong clock took goes before what a right one took",
            ),
        ] {
            assert_eq!(left(&backups, most), expected, "{why}");
        }
    }
}
