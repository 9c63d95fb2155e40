//! An authority, a signer, and what everybody does with files.

#![allow(dead_code, reason = "shared by two benchmarks")]

use std::io::Read;
use std::process::Command;

use kabinet_gost::SecretKey;
use kabinet_pki::{Certificate, Evidence, Status, Trust};
use kabinet_signature::pdf::{DEFAULT_ROOM, PdfPrepare};
use kabinet_signature::{Content, ContentDigest, Policy, Prepare, Properties, ToBeSigned, verify};
use time::OffsetDateTime;

use crate::authority::{Authority, KEYS};

pub struct Scene {
    pub authority: Authority,
    pub certificate: Certificate,
    pub trust: Trust,
    pub evidence: Evidence,
    /// Signs in this process, as fast as a token at its best.
    secret: Option<SecretKey>,
    digest: &'static str,
}

impl Scene {
    pub fn new(key: &str) -> Self {
        let authority = Authority::new(key);
        let certificate = authority.leaf("leaf", key);
        authority.openssl(&["pkey", "-in", "leaf.key", "-outform", "DER", "-out", "leaf.p8"]);
        let secret = SecretKey::from_pkcs8_der(&authority.read("leaf.p8")).ok();
        Self {
            certificate,
            trust: authority.trust(),
            evidence: authority.evidence(),
            secret,
            digest: KEYS.iter().find(|(name, ..)| *name == key).unwrap().2,
            authority,
        }
    }

    pub fn policy(&self) -> Policy<'_> {
        Policy {
            trust: &self.trust,
            evidence: &self.evidence,
            at: OffsetDateTime::now_utc(),
        }
    }

    pub fn prepare(&self, content: Content) -> ToBeSigned {
        Prepare {
            certificate: self.certificate.clone(),
            chain: Vec::new(),
            signing_time: Some(OffsetDateTime::now_utc()),
            content,
            properties: Properties::default(),
        }
        .to_be_signed()
        .unwrap()
    }

    /// The signature value.
    pub fn raw(&self, to_be_signed: &ToBeSigned) -> Vec<u8> {
        let digest = to_be_signed.digest();
        match &self.secret {
            Some(secret) => secret.sign_digest(&digest).unwrap().octets().to_vec(),
            None => self.authority.sign_raw("leaf", &digest),
        }
    }

    pub fn sign(&self, content: &[u8], attached: bool) -> Vec<u8> {
        let content = if attached {
            Content::Attached(content.to_vec())
        } else {
            let mut digest = ContentDigest::for_certificate(&self.certificate).unwrap();
            digest.update(content);
            Content::Detached(digest.finish())
        };
        let to_be_signed = self.prepare(content);
        to_be_signed.complete(&self.raw(&to_be_signed)).unwrap()
    }

    pub fn sign_pdf(&self, file: &[u8]) -> Vec<u8> {
        let to_be_signed = PdfPrepare {
            certificate: self.certificate.clone(),
            chain: Vec::new(),
            signing_time: OffsetDateTime::now_utc(),
            field: None,
            certify: None,
            stamp: None,
            room: DEFAULT_ROOM,
        }
        .to_be_signed(file)
        .unwrap();
        let value = to_be_signed.value();
        let value = value.complete(&self.raw(value)).unwrap();
        to_be_signed.embed(&value).unwrap()
    }

    pub fn holds(&self, file: &[u8], content: Option<&[u8]>) -> bool {
        let mut reader = content;
        let content = reader.as_mut().map(|reader| reader as &mut dyn Read);
        verify(file, content, &self.policy()).unwrap().verdict == Status::Valid
    }

    /// `file` over `content`, or with it inside.
    pub fn openssl_verifies(&self, attached: bool) {
        let mut all = vec![
            "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "file",
        ];
        all.extend(["-CAfile", "ca.crt", "-purpose", "any", "-out", "/dev/null"]);
        if !attached {
            all.extend(["-content", "content"]);
        }
        self.authority.openssl(&all);
    }

    pub fn openssl_signs(&self, attached: bool) {
        let mut all = vec![
            "cms", "-sign", "-cades", "-binary", "-in", "content", "-signer", "leaf.crt",
        ];
        all.extend([
            "-inkey",
            "leaf.key",
            "-md",
            self.digest,
            "-outform",
            "DER",
            "-out",
            "made",
        ]);
        all.extend(attached.then_some("-nodetach"));
        self.authority.openssl(&all);
    }

    /// Runs a program in the authority's folder.
    pub fn run(&self, command: &mut Command) {
        let output = command.current_dir(self.authority.path("")).output().unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}
