//! Names of refusals on the wire, with the codes texts are found by.

/// Names that are known, each with its stable code.
pub(super) struct Names {
    pub(super) known: &'static [(&'static str, &'static str)],
    /// Code of a name that is not.
    pub(super) other: &'static str,
}

impl Names {
    /// The known name; blanks around it and case do not matter.
    pub(super) fn find(&self, name: &str) -> Option<&'static str> {
        self.row(name.trim()).map(|row| row.0)
    }

    /// Stable code of a name.
    pub(super) fn code(&self, name: &str) -> &'static str {
        self.row(name).map_or(self.other, |row| row.1)
    }

    fn row(&self, name: &str) -> Option<&'static (&'static str, &'static str)> {
        self.known.iter().find(|row| row.0.eq_ignore_ascii_case(name))
    }
}
