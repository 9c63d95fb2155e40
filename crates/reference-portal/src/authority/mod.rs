//! The demo certification authority: certificates, CRL, OCSP, time stamps and signatures, written from the standards
//! without the code that the client judges them with.

mod certificate;
mod cms;
mod crl;
mod name;
mod ocsp;
pub(crate) mod oids;
mod signatory;
mod tsp;

pub(crate) use certificate::{CertificatePlan, Profile, self_signed};
pub(crate) use cms::sign_detached;
pub use crl::RevocationReason;
pub(crate) use crl::{RevokedEntry, build_crl};
pub(crate) use name::{DistinguishedName, common_name_and_country};
pub(crate) use ocsp::{CertificateState, OcspResponder};
pub use signatory::{AuthorityError, KeyFileError};
pub(crate) use signatory::{Signatory, new_serial, write_private};
pub(crate) use tsp::TimeStamper;
