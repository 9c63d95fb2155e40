//! The organisation, the documents and the entries that all tests of the vault and its benchmarks put into one.

#![allow(dead_code, reason = "no test needs everything of it")]

use std::collections::BTreeMap;

use kabinet_domain::{
    ContentDigest, Document, DocumentFile, DocumentId, DocumentStage, Environment, FileRole, Organisation,
    OrganisationId, OrganisationKind, Submission, SubmissionId, SubmissionState,
};
use kabinet_store::NewEntry;
use time::OffsetDateTime;
use uuid::Uuid;

/// Where one organisation is enough.
pub const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(7));
pub const INN: &str = "7707083893";

pub fn organisation(id: OrganisationId, inn: &str) -> Organisation {
    Organisation {
        id,
        environment: Environment::Demo,
        kind: OrganisationKind::Legal,
        name: "ООО «Ромашка»".to_owned(),
        inn: inn.to_owned(),
        ogrn: "1027700132195".to_owned(),
        kpp: Some("773601001".to_owned()),
        region: "45000000000".to_owned(),
    }
}

/// A document of one file, whose content was put before.
pub fn document(
    id: DocumentId,
    organisation: OrganisationId,
    title: &str,
    (digest, size): (ContentDigest, u64),
    at: OffsetDateTime,
) -> Document {
    Document {
        id,
        organisation,
        format: "fns.on_aktsverotp".to_owned(),
        title: title.to_owned(),
        files: vec![DocumentFile {
            name: "ON_AKT.xml".to_owned(),
            role: FileRole::Main,
            digest,
            size,
        }],
        stage: DocumentStage::Ready,
        findings: Vec::new(),
        added: at,
        updated: at,
    }
}

pub fn submission(id: SubmissionId, document: DocumentId, at: OffsetDateTime) -> Submission {
    Submission {
        id,
        document,
        service: "10000000109".to_owned(),
        state: SubmissionState::Queued,
        attempts: 0,
        due: at,
        last_error: None,
        created: at,
    }
}

pub fn entry(action: &str, at: OffsetDateTime) -> NewEntry {
    NewEntry {
        at,
        actor: "user".to_owned(),
        action: action.to_owned(),
        subject: None,
        params: BTreeMap::new(),
    }
}
