//! What makes answers no power of attorney although each is good by itself.

use std::collections::BTreeMap;

use kabinet_domain::draft::Fields;
use time::Date;

use super::super::Classifier;
use super::super::document::number;
use super::model::{Answers, list};
use super::parent;
use crate::form::FieldProblem;

pub(super) struct Judge<'f> {
    pub(super) answers: Answers<'f>,
    found: Vec<FieldProblem>,
}

/// All problems: those `found` at single answers, and those of the whole.
pub(super) fn all(passes_on: bool, fields: &Fields, mut found: Vec<FieldProblem>) -> Vec<FieldProblem> {
    let answers = Answers(fields);
    // Asked only of organisations; an answer from before the kind was changed asks nothing.
    if !answers.is("principal.kind", "organisation") {
        found.retain(|problem| {
            let field = problem.field.as_deref().unwrap_or_default();
            !(field.starts_with("company.") || field.starts_with("manager."))
        });
    }
    let mut judge = Judge { answers, found };
    judge.term(passes_on);
    judge.principal();
    judge.representatives();
    judge.powers();
    judge.terms();
    if passes_on {
        judge.parent();
        parent::within(&mut judge, fields);
    }
    judge.found
}

impl Judge<'_> {
    pub(super) fn tell(&mut self, field: impl Into<String>, code: &str) {
        self.tell_with(field, code, BTreeMap::new());
    }

    pub(super) fn tell_with(
        &mut self,
        field: impl Into<String>,
        code: &str,
        params: BTreeMap<String, String>,
    ) {
        let field = field.into();
        // One word about a field is enough.
        if self
            .found
            .iter()
            .any(|problem| problem.field.as_ref() == Some(&field))
        {
            return;
        }
        self.found.push(FieldProblem {
            field: Some(field),
            code: code.to_owned(),
            params,
        });
    }

    fn required(&mut self, field: impl Into<String>) {
        let field = field.into();
        if self.answers.text(&field).is_none() {
            self.tell(field, "form.required");
        }
    }

    /// Told when there is an answer that does not hold.
    fn shape(&mut self, field: impl Into<String>, code: &str, holds: impl Fn(&str) -> bool) {
        let field = field.into();
        if self.answers.text(&field).is_some_and(|text| !holds(&text)) {
            self.tell(field, code);
        }
    }

    fn rows(&mut self, table: &str, least: usize) {
        if self.answers.rows(table).len() < least {
            let params = [("expected".to_owned(), least.to_string())].into();
            self.tell_with(table, "form.rows", params);
        }
    }

    fn term(&mut self, passes_on: bool) {
        let day = |judge: &Self, name: &str| judge.answers.day(name);
        let (Some(issued), Some(expires)) = (day(self, "issued"), day(self, "expires")) else {
            return;
        };
        if expires < issued {
            self.tell("expires", "poa.term-order");
        }
        if day(self, "number.registered").is_some_and(|day| day > expires) {
            self.tell("number.registered", "poa.term-order");
        }
        if passes_on {
            let lasts = ["from.first-expires", "from.parent-expires"].map(|name| day(self, name));
            if lasts.into_iter().flatten().any(|last| expires > last) {
                self.tell("expires", "poa.longer-than-parent");
            }
        }
    }

    fn person(&mut self, prefix: &str, issued: Option<Date>) {
        let at = |name: &str| format!("{prefix}{name}");
        self.shape(at("inn"), "poa.person-inn", |text| digits(text) == 12);
        self.shape(at("region"), "poa.region", |text| is_digits(text, 2));
        self.shape(at("country"), "poa.country", |text| is_digits(text, 3));
        if self.answers.is(&at("citizenship"), "2") {
            self.required(at("country"));
        }
        self.shape(at("passport.issuer-code"), "poa.issuer-code", |text| {
            let parts: Vec<&str> = text.split('-').collect();
            parts.len() == 2 && parts.iter().all(|part| is_digits(part, 3))
        });
        for name in ["born", "passport.issued"] {
            if self
                .answers
                .day(&at(name))
                .zip(issued)
                .is_some_and(|(day, issued)| day > issued)
            {
                self.tell(at(name), "poa.later-than-issue");
            }
        }
        // Half a document proves nobody.
        let parts = ["passport.number", "passport.issued", "passport.issuer"];
        if parts.iter().any(|part| self.answers.text(&at(part)).is_some()) {
            self.identity(prefix);
        }
    }

    /// Data of a document that proves who somebody is (POA-05).
    fn identity(&mut self, prefix: &str) {
        for part in ["passport.number", "passport.issued", "passport.issuer"] {
            self.required(format!("{prefix}{part}"));
        }
    }

    fn principal(&mut self) {
        let issued = self.answers.day("issued");
        self.person("head.", issued);
        let kind = self.answers.text("principal.kind").unwrap_or_default();
        match kind.as_str() {
            "organisation" => {
                self.shape("principal.inn", "poa.organisation-inn", |text| digits(text) == 10);
                self.shape("principal.region", "poa.region", |text| is_digits(text, 2));
                self.shape("principal.fias", "poa.number", |text| number(text).is_some());
                match self.answers.text("principal.through").as_deref() {
                    Some("company") => {
                        self.required("head.position");
                        self.shape("company.inn", "poa.organisation-inn", |text| digits(text) == 10);
                    }
                    Some("entrepreneur") => {}
                    _ => self.required("head.position"),
                }
                if self.answers.flag("heads-together") {
                    self.rows("heads", 1);
                }
            }
            "entrepreneur" | "person" => {
                self.required("head.born");
                self.identity("head.");
            }
            "foreign" => {
                self.shape("foreign.inn", "poa.organisation-inn", |text| digits(text) == 10);
                self.shape("foreign.country", "poa.country", |text| is_digits(text, 3));
                self.shape("foreign.region", "poa.region", |text| is_digits(text, 2));
                if self.answers.text("foreign.inn").is_none() {
                    self.required("foreign.accreditation");
                }
                self.required("head.position");
            }
            _ => {}
        }
        for row in self.answers.rows("heads") {
            self.person(&format!("heads/{row}/"), issued);
        }
        for row in self.answers.rows("principals") {
            self.further_principal(row);
        }
        let first = match kind.as_str() {
            "organisation" => ("principal.inn", "principal.kpp"),
            "foreign" => ("foreign.inn", "foreign.kpp"),
            _ => ("head.inn", ""),
        };
        self.twice(first, "principals");
    }

    fn further_principal(&mut self, row: &str) {
        let at = |name: &str| format!("principals/{row}/{name}");
        match self.answers.text(&at("kind")).as_deref() {
            Some(kind @ ("person" | "entrepreneur")) => self.person_of_row(kind, &at),
            Some(_) => {
                self.shape(at("inn"), "poa.organisation-inn", |text| digits(text) == 10);
                self.shape(at("ogrn"), "poa.ogrn", |text| is_digits(text, 13));
                self.shape(at("region"), "poa.region", |text| is_digits(text, 2));
                self.shape(at("head"), "poa.full-name", is_full_name);
                self.shape(at("head-inn"), "poa.person-inn", |text| digits(text) == 12);
                for name in ["kpp", "ogrn", "head", "head-inn", "head-snils", "head-position"] {
                    self.required(at(name));
                }
            }
            None => {}
        }
    }

    /// A person in a row of either table of parties.
    fn person_of_row(&mut self, kind: &str, at: &impl Fn(&str) -> String) {
        self.shape(at("name"), "poa.full-name", is_full_name);
        self.shape(at("inn"), "poa.person-inn", |text| digits(text) == 12);
        for name in ["snils", "born", "document", "document-issued", "document-issuer"] {
            self.required(at(name));
        }
        if kind == "entrepreneur" {
            self.required(at("ogrn"));
            self.shape(at("ogrn"), "poa.ogrn", |text| is_digits(text, 15));
        }
    }

    /// Nobody stands on one side twice: by ИНН, and КПП where both have one, as branches have that of their organisation.
    fn twice(&mut self, (inn, kpp): (&str, &str), table: &str) {
        let digits = |text: Option<String>| {
            let text = text.unwrap_or_default();
            text.chars().filter(char::is_ascii_digit).collect::<String>()
        };
        let mut seen = vec![(
            digits(self.answers.text(inn)),
            self.answers.text(kpp).unwrap_or_default(),
        )];
        for row in self.answers.rows(table) {
            let field = format!("{table}/{row}/inn");
            let inn = digits(self.answers.text(&field));
            let kpp = self
                .answers
                .text(&format!("{table}/{row}/kpp"))
                .unwrap_or_default();
            if !inn.is_empty() && seen.contains(&(inn.clone(), kpp.clone())) {
                self.tell(field, "poa.party-twice");
            }
            seen.push((inn, kpp));
        }
    }

    fn representatives(&mut self) {
        let issued = self.answers.day("issued");
        if self.answers.is("representative.who", "person") {
            self.person("representative.", issued);
            self.required("representative.born");
            self.identity("representative.");
        } else if self.answers.is("representative.who", "organisation") {
            self.shape("representative.org-inn", "poa.organisation-inn", |text| {
                digits(text) == 10
            });
            self.shape("representative.org-region", "poa.region", |text| {
                is_digits(text, 2)
            });
            if self.answers.is("representative.kind", "foreign-branch") {
                self.required("representative.accreditation");
            } else {
                self.required("representative.ogrn");
            }
        }
        let rows = self.answers.rows("representatives");
        for row in &rows {
            self.further(row);
        }
        if self.answers.is("joint", "together") {
            self.rows("representatives", 1);
        }
        let first = match self.answers.is("representative.who", "organisation") {
            true => ("representative.org-inn", "representative.kpp"),
            false => ("representative.inn", ""),
        };
        self.twice(first, "representatives");
    }

    fn further(&mut self, row: &str) {
        let at = |name: &str| format!("representatives/{row}/{name}");
        match self.answers.text(&at("kind")).as_deref() {
            Some(kind @ ("person" | "entrepreneur")) => self.person_of_row(kind, &at),
            Some(kind) => {
                self.shape(at("inn"), "poa.organisation-inn", |text| digits(text) == 10);
                self.required(at("kpp"));
                self.required(at("ogrn"));
                if kind != "foreign-branch" {
                    self.shape(at("ogrn"), "poa.ogrn", |text| is_digits(text, 13));
                }
            }
            None => {}
        }
    }

    fn powers(&mut self) {
        if self.answers.is("powers.kind", "text") {
            return;
        }
        self.rows("powers", 1);
        let mut codes: Vec<String> = Vec::new();
        for row in self.answers.rows("powers") {
            let field = format!("powers/{row}/code");
            let Some(code) = self.answers.text(&field) else {
                continue;
            };
            if codes.contains(&code) {
                self.tell(field, "poa.power-twice");
            }
            codes.push(code);
        }
        for row in self.answers.rows("limits") {
            self.shape(format!("limits/{row}/power"), "poa.limit-power", |code| {
                codes.iter().any(|known| known == code)
            });
            self.limit(row);
        }
    }

    /// A value of the kind the classifier says, where the program knows the limit.
    fn limit(&mut self, row: &str) {
        let at = |name: &str| self.answers.text(&format!("limits/{row}/{name}"));
        let (Some(power), Some(code)) = (at("power"), at("code")) else {
            return;
        };
        let known = Classifier::embedded()
            .power(&power)
            .and_then(|power| power.restrictions.iter().find(|one| one.code == code));
        if let Some(known) = known {
            self.shape(format!("limits/{row}/value"), known.kind.complaint(), |text| {
                known.kind.takes(text)
            });
        }
    }

    fn terms(&mut self) {
        if self.answers.flag("purpose.tax") && self.answers.text("tax.offices").is_none() {
            self.required("tax.office");
        }
        self.shape("tax.office", "poa.tax-office", |text| is_digits(text, 4));
        self.shape("tax.offices", "poa.tax-office", |text| {
            list(text).all(|one| is_digits(one, 4))
        });
        if self.answers.is("revocability", "irrevocable") && self.answers.is("irrevocable.condition", "1") {
            self.required("irrevocable.description");
        }
        if self.answers.is("notary", "yes") {
            self.shape("notary.name", "poa.full-name", is_full_name);
            self.shape("notary.fee", "form.money", |text| {
                let plain = text.replace(',', ".");
                let (whole, part) = plain.split_once('.').unwrap_or((&plain, "00"));
                let are_digits =
                    |text: &str| !text.is_empty() && text.bytes().all(|one| one.is_ascii_digit());
                are_digits(whole) && are_digits(part) && part.len() <= 2
            });
        }
    }

    fn parent(&mut self) {
        for name in ["from.first", "from.parent"] {
            self.shape(name, "poa.number", |text| number(text).is_some());
        }
        let (first, last) = (
            self.answers.day("from.first-issued"),
            self.answers.day("from.first-expires"),
        );
        if first.zip(last).is_some_and(|(first, last)| last < first) {
            self.tell("from.first-expires", "poa.term-order");
        }
        if first
            .zip(self.answers.day("issued"))
            .is_some_and(|(first, issued)| issued < first)
        {
            self.tell("issued", "poa.before-parent");
        }
        // An organisation or a person is named by both or not at all.
        let parts = ["from.principal-name", "from.principal-inn"];
        if parts.iter().any(|part| self.answers.text(part).is_some()) {
            for part in parts {
                self.required(part);
            }
        }
        if self.answers.text("from.parent").is_some() {
            for part in ["from.parent-issued", "from.parent-expires"] {
                self.required(part);
            }
        }
    }
}

fn is_full_name(text: &str) -> bool {
    text.split_whitespace().count() > 1
}

fn digits(text: &str) -> usize {
    text.chars().filter(char::is_ascii_digit).count()
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|one| one.is_ascii_digit())
}
