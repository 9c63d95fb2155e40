//! The application as it is filed.

use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::record::{DOCUMENTS, REVIEW_MS, Registration, Status};
use crate::cabinet::files::RequestFile;
use crate::cabinet::links::{DocumentReference, Requisites, check_documents, check_formats};
use crate::cabinet::refusal::{Code, FieldProblem, Refusal};
use crate::clock;
use crate::world::World;

/// The application as it is filed. The requisites stand beside the other members.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct RegistrationRequest {
    inn: Option<String>,
    ogrn: Option<String>,
    kpp: Option<String>,
    full_name: String,
    ownership_form: String,
    organisation_type: String,
    activity_aims: String,
    legal_address: Option<String>,
    bank_account: Option<String>,
    bik: Option<String>,
    bank_name: Option<String>,
    phone: Option<String>,
    email: Option<String>,
    director_name: Option<String>,
    #[schema(format = Date)]
    director_appointed: Option<String>,
    contact_name: Option<String>,
    tax_account: Option<String>,
    director_passport: Option<String>,
    branch_code: Option<String>,
    branch_address: Option<String>,
    #[serde(default)]
    #[schema(max_items = 20)]
    pub(super) documents: Vec<DocumentReference>,
    accept_terms: bool,
}

impl RegistrationRequest {
    pub(super) fn requisites(&self) -> Requisites {
        Requisites {
            full_name: Some(self.full_name.clone()),
            legal_address: self.legal_address.clone(),
            bank_account: self.bank_account.clone(),
            bik: self.bik.clone(),
            bank_name: self.bank_name.clone(),
            phone: self.phone.clone(),
            email: self.email.clone(),
            director_name: self.director_name.clone(),
            director_appointed: self.director_appointed.clone(),
            contact_name: self.contact_name.clone(),
            tax_account: self.tax_account.clone(),
            director_passport: self.director_passport.clone(),
            branch_code: self.branch_code.clone(),
            branch_address: self.branch_address.clone(),
        }
    }

    pub(super) fn check(&self, world: &World) -> Result<(), Refusal> {
        if !self.accept_terms {
            return Err(Code::TermsNotAccepted.into());
        }
        let wanted = [
            ("fullName", Some(&self.full_name)),
            ("inn", self.inn.as_ref()),
            ("ownershipForm", Some(&self.ownership_form)),
            ("organisationType", Some(&self.organisation_type)),
            ("activityAims", Some(&self.activity_aims)),
            ("legalAddress", self.legal_address.as_ref()),
            ("phone", self.phone.as_ref()),
            ("email", self.email.as_ref()),
        ];
        let missing: Vec<FieldProblem> = wanted
            .into_iter()
            .filter(|(_, value)| value.is_none_or(|text| text.trim().is_empty()))
            .map(|(name, _)| FieldProblem {
                name: name.into(),
                code: "missing".into(),
                message: "Заполните это поле".into(),
            })
            .collect();
        if !missing.is_empty() {
            return Err(Refusal::new(Code::RequisitesIncomplete).fields(missing));
        }
        check_formats(
            self.inn.as_ref(),
            self.ogrn.as_ref(),
            self.kpp.as_ref(),
            &self.requisites(),
        )?;
        check_documents(&self.documents, &DOCUMENTS.map(|wanted| wanted.kind))?;
        // ERR-048: what the registry has is linked, not registered.
        let known = |number: &Option<String>| {
            number.as_ref().is_some_and(|number| {
                let number = number.trim();
                world.registry.by_inn(number).is_some() || world.registry.by_ogrn(number).is_some()
            })
        };
        if known(&self.inn) || known(&self.ogrn) {
            return Err(Code::AlreadyRegistered.into());
        }
        Ok(())
    }

    /// Kinds of the documents; without a kind they are taken in the declared order.
    pub(super) fn document_kinds(&self) -> Vec<String> {
        let kinds = DOCUMENTS.iter().map(|wanted| wanted.kind.to_owned());
        let given = self.documents.iter();
        given
            .zip(kinds.chain(std::iter::repeat_with(String::new)))
            .map(|(document, in_order)| document.kind.clone().unwrap_or(in_order))
            .collect()
    }

    pub(super) fn filed(self, world: &World, id: Uuid, person: i64, files: Vec<RequestFile>) -> Registration {
        let now_ms = clock::now_ms();
        Registration {
            id,
            person,
            number: format!("99-{:010}", id.as_u128() % 10_000_000_000),
            submitted_ms: now_ms,
            due_ms: world.settings().delay(REVIEW_MS).map(|delay| now_ms + delay),
            checked_ms: now_ms,
            status: Status::InReview,
            outcome: None,
            documents: self.document_kinds(),
            files,
            full_name: self.full_name,
            ogrn: self.ogrn,
            legal_address: self.legal_address.unwrap_or_default(),
            certificate_number: None,
            activated_ms: None,
            reason: None,
            clarifications: vec![],
        }
    }
}
