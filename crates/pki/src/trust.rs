//! What a judgement may rely on: trusted certificates and collected evidence.

use crate::certificate::Certificate;
use crate::crl::Crl;
use crate::ocsp::OcspResponse;

/// Certificates relied on.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Trusted by decision of the keeper of the list; a chain must end in one of them.
    pub anchors: Vec<Certificate>,
    /// Helpful for building chains, not trusted by themselves.
    pub intermediates: Vec<Certificate>,
}

/// Material that proves something only once its signatures are checked; it may come from anywhere.
#[derive(Clone, Debug, Default)]
pub struct Evidence {
    /// Revocation lists.
    pub crls: Vec<Crl>,
    /// OCSP responses.
    pub ocsp: Vec<OcspResponse>,
    /// Certificates found on the way or sent along with a signature.
    pub certificates: Vec<Certificate>,
}

impl Evidence {
    /// Adds everything of `other`.
    pub fn extend(&mut self, other: Self) {
        self.crls.extend(other.crls);
        self.ocsp.extend(other.ocsp);
        self.certificates.extend(other.certificates);
    }
}
