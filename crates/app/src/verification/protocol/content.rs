//! What a protocol says, and in which order, before anybody decides how it looks.

use std::mem;

use kabinet_texts::Texts;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::print::{Block, readable};
use crate::view::{
    CertificateView, FieldProblem, FileFacts, Params, SignerView, StampView, TrustBasis, Verdict,
    VerificationReport, moment,
};

/// What the protocol of this report says; `carrier` is the key of the text that tells where the report itself lies.
pub(super) fn blocks(report: &VerificationReport, texts: &Texts, carrier: &str) -> Vec<Block> {
    let mut walk = Walk {
        texts,
        blocks: Vec::new(),
        facts: Vec::new(),
    };
    walk.document(report, carrier);
    walk.blocks
}

/// Name of the kind of document this is.
pub(super) fn title(texts: &Texts) -> String {
    texts.plain("verification.label.title")
}

struct Walk<'a> {
    texts: &'a Texts,
    blocks: Vec<Block>,
    /// Those of the block being collected.
    facts: Vec<(String, String)>,
}

impl Walk<'_> {
    fn document(&mut self, report: &VerificationReport, carrier: &str) {
        self.heading(1, &title(self.texts));
        self.verdict_line(report.verdict, report.signers.len());
        self.about(report);
        for (index, signer) in report.signers.iter().enumerate() {
            self.signer(signer, index + 1, 2);
        }
        self.section(|walk| walk.repeat(report, carrier));
    }

    fn verdict_line(&mut self, verdict: Verdict, signatures: usize) {
        let class = class(verdict);
        let words = match signatures {
            1 => self.texts.plain(&format!("signature.verdict.{class}")),
            count => {
                let key = format!("verification.headline.{class}");
                self.texts.text(&key, [("count", count.to_string())])
            }
        };
        self.blocks.push(Block::Verdict {
            verdict,
            text: readable(&words),
        });
    }

    fn about(&mut self, report: &VerificationReport) {
        self.file("file", &report.file);
        if let Some(content) = &report.content {
            self.file("content", content);
        }
        let format = self.named("format", &report.format);
        self.row("format", &format);
        let moment = |at: &str| self.moment(at);
        let (checked, asked) = (moment(&report.checked_at), moment(&report.asked_at));
        self.row("checkedAt", &checked);
        self.row("askedAt", &asked);
        let network = self.label(if report.online { "online" } else { "offline" });
        self.row("network", &network);
        let list = self.list(&report.trust);
        self.row("trustList", &list);
        if !report.missing.is_empty() {
            self.row("missing", &report.missing.join(", "));
        }
        self.row("program", &format!("Кабинет {}", env!("CARGO_PKG_VERSION")));
        self.row("schema", &report.schema);
        self.end_facts(false);
    }

    /// The list of accredited authorities the judgement rests on, with its age.
    fn list(&self, basis: &TrustBasis) -> String {
        let (Some(version), Some(issued)) = (basis.list_version, &basis.list_issued) else {
            let refused = basis.list_refused.as_deref();
            return refused.map_or_else(
                || self.label("noTrustList"),
                |code| self.texts.error::<&str, &str>(code, []).what,
            );
        };
        let values = [
            ("version", version.to_string()),
            ("time", self.moment(issued)),
            ("days", basis.list_age_days.unwrap_or_default().to_string()),
        ];
        self.texts.text("verification.label.trustListValue", values)
    }

    fn file(&mut self, label: &str, file: &FileFacts) {
        let size = self
            .texts
            .text("verification.label.bytes", [("size", file.size.to_string())]);
        self.row(label, &format!("{} — {size}", file.name));
        // Large files are not read once more; the digest that is signed stands with the signature.
        if !file.streebog256.is_empty() {
            self.row("streebog", &file.streebog256);
            self.row("sha256", &file.sha256);
        }
    }

    fn signer(&mut self, signer: &SignerView, number: usize, level: usize) {
        self.section(|walk| walk.signature(signer, number, level));
    }

    fn signature(&mut self, signer: &SignerView, number: usize, level: usize) {
        let number = number.to_string();
        let key = if level == 2 {
            "signature"
        } else {
            "counterSignature"
        };
        let title = self
            .texts
            .text(&format!("verification.label.{key}"), [("number", number)]);
        self.heading(level, &title);
        self.verdict_line(signer.verdict, 1);
        let topics = ["who", "what", "when", "allowed"];
        for (topic, sentence) in topics.iter().zip(&signer.sentences) {
            let text = self.text(&format!("verification.{}", sentence.code), &sentence.params);
            self.term(&self.texts.plain(&format!("verification.heading.{topic}")), &text);
        }
        if let Some(qualification) = &signer.qualification {
            let texts = qualification.sentences.iter();
            let texts: Vec<_> = texts
                .map(|one| self.text(&format!("verification.{}", one.code), &one.params))
                .collect();
            self.term(
                &self.texts.plain("verification.heading.qualified"),
                &texts.join(" "),
            );
        }
        self.end_facts(true);
        self.codes("reasons", &signer.reasons);
        self.codes("notes", &signer.notes);
        if let Some(qualification) = &signer.qualification {
            self.problems(&qualification.problems);
        }
        self.details(signer);
        for (index, counter) in signer.counter_signatures.iter().enumerate() {
            // No deeper than HTML has headings.
            self.signer(counter, index + 1, (level + 1).min(6));
        }
    }

    /// What keeps the certificate from being a qualified one.
    fn problems(&mut self, problems: &[FieldProblem]) {
        let remarks = problems.iter().map(|problem| {
            let text = self.text(&format!("reasons.{}", problem.code), &problem.params);
            (text, problem.code.clone())
        });
        self.remarks("qualification", remarks.collect());
    }

    fn codes(&mut self, label: &str, codes: &[String]) {
        let remarks = codes
            .iter()
            .map(|code| (self.coded("reasons", code), code.clone()));
        self.remarks(label, remarks.collect());
    }

    /// Texts with their codes, if there are any.
    fn remarks(&mut self, label: &str, remarks: Vec<(String, String)>) {
        if remarks.is_empty() {
            return;
        }
        let remarks = remarks
            .iter()
            .map(|(text, code)| (readable(text), readable(code)))
            .collect();
        let label = self.label(label);
        self.blocks.push(Block::Remarks { label, remarks });
    }

    fn details(&mut self, signer: &SignerView) {
        let profile = self.named("profile", &signer.profile);
        self.row("profile", &profile);
        self.optional("policy", signer.policy.as_deref());
        let digest = signer
            .digest_algorithm
            .as_ref()
            .map(|name| self.named("digest", name));
        self.optional("digestAlgorithm", digest.as_deref());
        let moments = [
            ("signingTime", signer.signing_time.as_deref()),
            ("provenAt", signer.proven_at.as_deref()),
            ("judgedAt", Some(signer.judged_at.as_str())),
        ];
        for (label, at) in moments {
            let at = at.map(|at| self.moment(at));
            self.optional(label, at.as_deref());
        }
        if let Some(certificate) = &signer.certificate {
            self.certificate(certificate);
        }
        if let Some(qualification) = &signer.qualification {
            let centre = qualification.centre.as_deref();
            self.optional("centre", centre);
            self.optional("registryNumber", qualification.registry_number.as_deref());
            self.optional("toolClass", qualification.tool_class.as_deref());
            self.optional("subjectTool", qualification.subject_tool.as_deref());
            let identification = qualification.identification.as_deref();
            let identification = identification.map(|code| self.named("identification", code));
            self.optional("identification", identification.as_deref());
        }
        let anchor = signer.anchor.as_deref().map(|code| self.named("anchor", code));
        self.optional("anchor", anchor.as_deref());
        if let Some(revocation) = &signer.revocation {
            let sentence = self.revocation(revocation);
            self.row("revocation", &sentence);
        }
        let indication = [Some(&signer.indication), signer.sub_indication.as_ref()];
        let indication: Vec<_> = indication.into_iter().flatten().map(String::as_str).collect();
        self.row("indication", &indication.join(", "));
        self.end_facts(false);
        self.chain(signer);
        self.stamps(&signer.stamps);
        self.parts(signer);
    }

    fn certificate(&mut self, certificate: &CertificateView) {
        let who = [
            Some(&certificate.holder),
            certificate.position.as_ref(),
            certificate.organisation.as_ref(),
        ];
        let who: Vec<_> = who.into_iter().flatten().map(String::as_str).collect();
        self.row("certificate", &who.join(", "));
        self.optional("organisationInn", certificate.organisation_inn.as_deref());
        self.optional("personInn", certificate.inn.as_deref());
        self.optional("ogrn", certificate.ogrn.as_deref());
        self.row("issuer", &certificate.issuer);
        self.row("serial", &certificate.serial);
        let term = [
            ("from", &certificate.not_before),
            ("until", &certificate.not_after),
        ];
        let term = term.map(|(name, at)| (name, self.moment(at)));
        let term = self.texts.text("verification.label.term", term);
        self.row("validity", &term);
        self.row("fingerprint", &certificate.id);
    }

    fn revocation(&self, revocation: &crate::view::RevocationView) -> String {
        let key = match (&*revocation.status, revocation.source.as_deref()) {
            ("good", Some(source)) => format!("good-{source}"),
            (status, _) => status.to_owned(),
        };
        let time = revocation
            .as_of
            .as_deref()
            .map(|at| self.moment(at))
            .unwrap_or_default();
        let prefix = if revocation.status == "revoked" {
            "verification.revocationReason"
        } else {
            "reasons"
        };
        let reason = revocation
            .code
            .as_deref()
            .map(|code| self.coded(prefix, code))
            .unwrap_or_default();
        self.texts.text(
            &format!("verification.revocation.{key}"),
            [("time", time), ("reason", reason)],
        )
    }

    fn chain(&mut self, signer: &SignerView) {
        let rows: Vec<[String; 4]> = signer
            .chain
            .iter()
            .map(|link| {
                let problems: Vec<_> = link
                    .problems
                    .iter()
                    .map(|code| self.coded("reasons", code))
                    .collect();
                [
                    link.subject.clone(),
                    link.serial.clone(),
                    self.moment(&link.not_after),
                    problems.join("; "),
                ]
            })
            .collect();
        self.table("chain", ["holder", "serial", "until", "remarks"], &rows);
    }

    fn stamps(&mut self, stamps: &[StampView]) {
        let rows: Vec<[String; 4]> = stamps
            .iter()
            .map(|stamp| {
                let trust = self.label(if stamp.trusted { "trusted" } else { "untrusted" });
                let reasons: Vec<_> = stamp
                    .reasons
                    .iter()
                    .map(|code| self.coded("reasons", code))
                    .collect();
                [
                    self.named("stamp", &stamp.kind),
                    stamp
                        .time
                        .as_deref()
                        .map(|at| self.moment(at))
                        .unwrap_or_default(),
                    stamp.authority.clone().unwrap_or_default(),
                    [vec![trust], reasons].concat().join("; "),
                ]
            })
            .collect();
        self.table("stamps", ["kind", "time", "authority", "remarks"], &rows);
    }

    fn parts(&mut self, signer: &SignerView) {
        let word = |yes: bool, this: &Self| this.label(if yes { "intact" } else { "changed" });
        let parts: Vec<[String; 3]> = signer
            .parts
            .iter()
            .map(|part| {
                let name = if part.name.is_empty() {
                    self.label("wholeContent")
                } else {
                    part.name.clone()
                };
                [
                    name,
                    word(part.intact, self),
                    part.digest.clone().unwrap_or_default(),
                ]
            })
            .collect();
        self.table("parts", ["name", "state", "digest"], &parts);
        let changes: Vec<[String; 3]> = signer
            .changes
            .iter()
            .map(|change| {
                let allowed = self.label(if change.allowed { "allowed" } else { "forbidden" });
                [self.coded("changes", &change.code), change.what.clone(), allowed]
            })
            .collect();
        self.table("changes", ["kind", "name", "state"], &changes);
    }

    fn table<const N: usize>(&mut self, caption: &str, heads: [&str; N], rows: &[[String; N]]) {
        if rows.is_empty() {
            return;
        }
        let rows = rows
            .iter()
            .map(|row| row.iter().map(|cell| readable(cell)).collect());
        self.blocks.push(Block::Table {
            caption: self.label(caption),
            heads: heads.iter().map(|head| self.label(head)).collect(),
            rows: rows.collect(),
        });
    }

    /// What a judgement needs beside the files, as a list of what there is.
    fn repeat(&mut self, report: &VerificationReport, carrier: &str) {
        let title = self.label("material");
        self.heading(2, &title);
        let text = self.texts.plain(carrier);
        self.blocks.push(Block::Paragraph(readable(&text)));
        let rows: Vec<[String; 2]> = report
            .material
            .iter()
            .map(|one| [self.named("material", &one.kind), one.sha256.clone()])
            .collect();
        self.table("materialList", ["kind", "sha256"], &rows);
    }

    fn section(&mut self, walk: impl FnOnce(&mut Self)) {
        let outer = mem::take(&mut self.blocks);
        walk(self);
        let inner = mem::replace(&mut self.blocks, outer);
        self.blocks.push(Block::Section(inner));
    }

    fn heading(&mut self, level: usize, text: &str) {
        let text = readable(text);
        self.blocks.push(Block::Heading { level, text });
    }

    /// Ends the facts collected so far.
    fn end_facts(&mut self, stand_out: bool) {
        let facts = mem::take(&mut self.facts);
        if !facts.is_empty() {
            self.blocks.push(Block::Facts { facts, stand_out });
        }
    }

    fn optional(&mut self, label: &str, value: Option<&str>) {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            self.row(label, value);
        }
    }

    fn row(&mut self, label: &str, value: &str) {
        let label = self.label(label);
        self.term(&label, value);
    }

    fn term(&mut self, term: &str, value: &str) {
        self.facts.push((readable(term), readable(value)));
    }

    fn label(&self, name: &str) -> String {
        self.texts.plain(&format!("verification.label.{name}"))
    }

    fn text(&self, key: &str, params: &Params) -> String {
        self.texts.text(
            key,
            params.iter().map(|(name, value)| (name.as_str(), value.as_str())),
        )
    }

    /// The text of a code, or the code where there is none: nothing may be blank.
    fn coded(&self, prefix: &str, code: &str) -> String {
        let key = format!("{prefix}.{code}");
        if self.texts.has(&key) {
            self.texts.plain(&key)
        } else {
            code.to_owned()
        }
    }

    fn named(&self, kind: &str, code: &str) -> String {
        self.coded(&format!("verification.{kind}"), code)
    }

    fn moment(&self, at: &str) -> String {
        match OffsetDateTime::parse(at, &Rfc3339) {
            Ok(at) => self
                .texts
                .text("verification.label.moment", [("time", moment(at))]),
            Err(_) => at.to_owned(),
        }
    }
}

/// The name of a verdict, in keys and styles.
pub(super) fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Valid => "valid",
        Verdict::Unknown => "unknown",
        Verdict::Invalid => "invalid",
    }
}
