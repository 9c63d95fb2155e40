//! What a purpose asks of a signature beyond being good: its form, level, keys and the like, as its rules say.

use kabinet_pki::{ActsFor, SignatureFamily};

use crate::report::{Form, Level, Reason, Report, SignatureReport};

/// The requirements of one purpose. The default asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requirements {
    /// Forms that are accepted; any if empty.
    pub forms: Vec<Form>,
    /// The least level; `None` for any.
    pub level: Option<Level>,
    /// Whether what is signed must be inside the file, or must not be.
    pub attached: Option<bool>,
    /// Only keys of ГОСТ Р 34.10-2012, as a qualified signature has them since 2019.
    pub gost: bool,
    /// The signer must claim a time, or there must be proof of one.
    pub time: bool,
    /// Every signature must be over whole documents.
    pub whole: bool,
    /// The certificate must name an organisation or an entrepreneur.
    pub organisation: bool,
}

impl Requirements {
    /// Codes of what `signature` lacks.
    fn unmet(&self, signature: &SignatureReport, attached: bool) -> Vec<&'static str> {
        let certificate = signature.certificate.as_ref();
        let is_gost = || {
            certificate.is_some_and(|one| {
                matches!(
                    one.public_key().family(),
                    Some(SignatureFamily::Gost256 | SignatureFamily::Gost512)
                )
            })
        };
        let acts =
            || certificate.is_some_and(|one| !matches!(one.subject().acts_for(), ActsFor::Person { .. }));
        let form = self.forms.is_empty() || self.forms.contains(&signature.form);
        [
            (form, "requirement.form"),
            (
                self.level.is_none_or(|level| signature.level >= level),
                "requirement.level",
            ),
            (self.attached != Some(false) || !attached, "requirement.detached"),
            (self.attached != Some(true) || attached, "requirement.attached"),
            (!self.gost || is_gost(), "requirement.gost"),
            (
                !self.time || signature.signing_time.is_some() || signature.proven_at.is_some(),
                "requirement.time",
            ),
            (
                !self.whole || signature.parts.iter().all(|part| part.whole),
                "requirement.whole",
            ),
            (!self.organisation || acts(), "requirement.organisation"),
        ]
        .into_iter()
        .filter_map(|(met, code)| (!met).then_some(code))
        .collect()
    }
}

impl Report {
    /// Judges the report by the rules of a purpose as well, and by `also`, which gives the code of what else a signature
    /// lacks: what is missing becomes [`Reason::Required`] (SIG_CONSTRAINTS_FAILURE, EN 319 102-1 §5.1.3).
    #[must_use]
    pub fn required(
        mut self,
        requirements: &Requirements,
        also: impl Fn(&SignatureReport) -> Option<&'static str>,
    ) -> Self {
        // A time stamp over a document is no signature of a person.
        let of_persons = |signature: &&mut SignatureReport| signature.form != Form::TimeStamp;
        for signature in self.signatures.iter_mut().filter(of_persons) {
            let mut unmet = requirements.unmet(signature, self.attached);
            unmet.extend(also(signature));
            let reasons = unmet.into_iter().map(|code| Reason::Required { code });
            signature.reasons.extend(reasons);
        }
        Self::new(self.format, self.attached, self.signatures)
    }
}
