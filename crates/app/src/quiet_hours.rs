//! Hours in which the desktop is told nothing.

/// Whether the hour lies between the two, over midnight too; equal ones mean that it is never quiet.
pub(crate) fn is_quiet(from: u8, to: u8, hour: u8) -> bool {
    if from <= to {
        (from..to).contains(&hour)
    } else {
        hour >= from || hour < to
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_cross_midnight_and_equal_ones_are_none() {
        let hours = |from, to| {
            (0..24)
                .filter(|hour| is_quiet(from, to, *hour))
                .collect::<Vec<u8>>()
        };
        assert_eq!(hours(21, 3), [0, 1, 2, 21, 22, 23]);
        assert_eq!(hours(1, 4), [1, 2, 3]);
        assert!(hours(5, 5).is_empty());
    }
}
