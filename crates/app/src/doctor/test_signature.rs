//! The test signature: of a sentence that obliges to nothing, made once, and checked by this program itself.

use kabinet_signature::{Content, Prepare, Properties};
use kabinet_token::TokenError;
use time::OffsetDateTime;

use super::finding::Finding;
use super::report::reported;
use super::steps::{first_broken, unsigned};
use crate::forms::ToSign;
use crate::sign::Request;
use crate::tokens::Found;
use crate::view::{Diagnosis, DoctorLine, SecretPurpose};
use crate::{App, AppError};

/// A diagnosis with what came of a test signature.
#[derive(Clone, Debug)]
pub struct Tested {
    /// The steps of signing and verification are done in the chains that offered the certificate.
    pub diagnosis: Diagnosis,
    /// CMS with the signed sentence inside, DER, for another program to check; only one that holds.
    pub signature: Option<Vec<u8>>,
}

impl App {
    /// Signs a sentence that says it is a test, after asking for the PIN once, and checks the result with the certificate's key.
    /// What the token or its module answers is part of the result, not an error.
    ///
    /// # Errors
    /// [`AppError::NoCertificate`], [`AppError::AmbiguousCertificate`], [`AppError::Cancelled`], [`AppError::Sign`] where the
    /// certificate's key is of no use for signatures. No PIN is spent then. Failures of the vault's journal, if one is open.
    pub async fn test_signature(
        &self,
        diagnosis: Diagnosis,
        certificate_id: &str,
    ) -> Result<Tested, AppError> {
        let found = self.find_certificate(certificate_id).await?;
        let prepared = Prepare {
            certificate: found.certificate.clone(),
            chain: Vec::new(),
            signing_time: Some(OffsetDateTime::now_utc()),
            content: Content::Attached(self.texts().plain("doctor.test-content").into_bytes()),
            properties: Properties::default(),
        }
        .to_be_signed()?;
        let signed = self.sign_for_test(&found, ToSign::from(&prepared)).await;
        if signed.is_ok() {
            let current = self.current().await.ok();
            self.note_signed("test-signature-made", current.as_ref(), &found)
                .await?;
        }
        let (lines, signature) = match signed.map(|raw| prepared.complete(&raw)) {
            Ok(Ok(signature)) => (
                [Finding::SIGNATURE_MADE, Finding::VERIFICATION_HOLDS].map(Finding::line),
                Some(signature),
            ),
            Ok(Err(_)) => (
                [Finding::SIGNATURE_MADE, Finding::VERIFICATION_FAILED].map(Finding::line),
                None,
            ),
            Err(AppError::Token(error)) => (unsigned(&error), None),
            Err(error) => return Err(error),
        };
        let id = hex::encode(found.on.fingerprint);
        Ok(Tested {
            diagnosis: reported(with_test(diagnosis, &id, &lines), &self.texts()),
            signature,
        })
    }

    /// A token that cannot sign with this key is told before a PIN is asked for.
    async fn sign_for_test(&self, found: &Found, to_sign: ToSign) -> Result<Vec<u8>, AppError> {
        let signs = found
            .on
            .mechanism
            .is_some_and(|one| found.token.mechanisms.contains(&one));
        if found.token.passive || !signs {
            return Err(TokenError::MechanismUnsupported.into());
        }
        let request = Request {
            purpose: SecretPurpose::TestSignature,
            documents: Vec::new(),
            organisation: found.certificate.subject().organisation.unwrap_or_default(),
            host: None,
            revocation: None,
        };
        let signatures = self.sign_raw(found, &request, vec![to_sign]).await?;
        signatures.into_iter().next().ok_or(AppError::Background)
    }
}

/// The tried steps take the place of those nobody had asked for.
fn with_test(mut diagnosis: Diagnosis, certificate: &str, tried: &[DoctorLine]) -> Diagnosis {
    for chain in &mut diagnosis.chains {
        if chain.certificates.iter().any(|one| one.id == certificate) {
            chain
                .lines
                .retain(|line| !tried.iter().any(|tried| tried.step == line.step));
            chain.lines.extend_from_slice(tried);
            chain.broken = first_broken(&chain.lines);
        }
    }
    diagnosis
}
