//! The protocol of a verification: one HTML page, A4 in print, with everything needed to read and to repeat it. It has no
//! script and asks for nothing from anywhere; the material lies in an inert data block.

use std::fmt::Write;

use kabinet_texts::Texts;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::view::{
    CertificateView, FieldProblem, FileFacts, Params, SignerView, StampView, TrustBasis, Verdict,
    VerificationReport, moment,
};

const STYLE: &str = include_str!("protocol.css");

/// The page.
#[must_use]
pub fn html(report: &VerificationReport, texts: &Texts) -> String {
    let mut page = Page {
        texts,
        out: String::new(),
    };
    page.document(report);
    page.out
}

struct Page<'a> {
    texts: &'a Texts,
    out: String,
}

impl Page<'_> {
    fn document(&mut self, report: &VerificationReport) {
        let language = match self.texts.language() {
            kabinet_texts::Language::Russian => "ru",
            kabinet_texts::Language::English => "en",
        };
        let title = self.label("title");
        self.raw(&format!(
            "<!DOCTYPE html>\n<html lang=\"{language}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <title>{} — {}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n",
            escaped(&title),
            escaped(&report.file.name),
        ));
        self.heading(1, &title);
        self.verdict_line(report.verdict, report.signers.len());
        self.about(report);
        for (index, signer) in report.signers.iter().enumerate() {
            self.signer(signer, index + 1, 2);
        }
        self.repeat(report);
        self.raw("</body>\n</html>\n");
    }

    fn verdict_line(&mut self, verdict: Verdict, signatures: usize) {
        let (class, mark) = match verdict {
            Verdict::Valid => ("valid", "✓"),
            Verdict::Unknown => ("unknown", "?"),
            Verdict::Invalid => ("invalid", "✗"),
        };
        let words = match signatures {
            1 => self.texts.plain(&format!("signature.verdict.{class}")),
            count => {
                let key = format!("verification.headline.{class}");
                self.texts.text(&key, [("count", count.to_string())])
            }
        };
        self.raw(&format!(
            "<p class=\"verdict {class}\"><span aria-hidden=\"true\">{mark}</span> {}</p>\n",
            escaped(&words)
        ));
    }

    fn about(&mut self, report: &VerificationReport) {
        self.raw("<dl>\n");
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
        self.raw("</dl>\n");
    }

    /// The list of accredited authorities the judgement rests on, with its age.
    fn list(&self, basis: &TrustBasis) -> String {
        let (Some(version), Some(issued)) = (basis.list_version, &basis.list_issued) else {
            let refused = basis.list_refused.as_deref();
            return refused.map_or_else(|| self.label("noTrustList"), |code| self.coded("errors", code));
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
        self.raw("<section>\n");
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
        self.raw("<dl class=\"sentences\">\n");
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
        self.raw("</dl>\n");
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
        self.raw("</section>\n");
    }

    /// What keeps the certificate from being a qualified one.
    fn problems(&mut self, problems: &[FieldProblem]) {
        if problems.is_empty() {
            return;
        }
        let label = self.label("qualification");
        self.raw(&format!("<p>{}:</p>\n<ul>\n", escaped(&label)));
        for problem in problems {
            let text = self.text(&format!("reasons.{}", problem.code), &problem.params);
            self.raw(&format!(
                "<li>{} <code>{}</code></li>\n",
                escaped(&text),
                escaped(&problem.code)
            ));
        }
        self.raw("</ul>\n");
    }

    fn codes(&mut self, label: &str, codes: &[String]) {
        if codes.is_empty() {
            return;
        }
        let label = self.label(label);
        self.raw(&format!("<p>{}:</p>\n<ul>\n", escaped(&label)));
        for code in codes {
            let text = self.coded("reasons", code);
            self.raw(&format!(
                "<li>{} <code>{}</code></li>\n",
                escaped(&text),
                escaped(code)
            ));
        }
        self.raw("</ul>\n");
    }

    fn details(&mut self, signer: &SignerView) {
        self.raw("<dl>\n");
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
        self.raw("</dl>\n");
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
        let caption = self.label(caption);
        self.raw(&format!(
            "<table>\n<caption>{}</caption>\n<tr>",
            escaped(&caption)
        ));
        for head in heads {
            let head = self.label(head);
            self.raw(&format!("<th scope=\"col\">{}</th>", escaped(&head)));
        }
        self.raw("</tr>\n");
        for row in rows {
            self.raw("<tr>");
            for cell in row {
                self.raw(&format!("<td>{}</td>", escaped(cell)));
            }
            self.raw("</tr>\n");
        }
        self.raw("</table>\n");
    }

    /// What a judgement needs beside the files, as data and as a list of what there is.
    fn repeat(&mut self, report: &VerificationReport) {
        let title = self.label("material");
        self.raw("<section>\n");
        self.heading(2, &title);
        let text = self.label("materialText");
        self.raw(&format!("<p>{}</p>\n", escaped(&text)));
        let rows: Vec<[String; 2]> = report
            .material
            .iter()
            .map(|one| [self.named("material", &one.kind), one.sha256.clone()])
            .collect();
        self.table("materialList", ["kind", "sha256"], &rows);
        // JSON whose every `<` is written as an escape cannot end the element it lies in.
        let json = serde_json::to_string(report)
            .unwrap_or_default()
            .replace('<', "\\u003c");
        self.raw(&format!(
            "<script type=\"application/json\" id=\"report\">{json}</script>\n</section>\n"
        ));
    }

    fn heading(&mut self, level: usize, text: &str) {
        self.raw(&format!("<h{level}>{}</h{level}>\n", escaped(text)));
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
        self.raw(&format!(
            "<dt>{}</dt><dd>{}</dd>\n",
            escaped(term),
            escaped(value)
        ));
    }

    fn raw(&mut self, html: &str) {
        self.out.push_str(html);
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

/// Text as HTML text or as the value of a quoted attribute.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Marks that turn the direction of writing could show a name as another one.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
                let _ = write!(out, "⟨U+{:04X}⟩", u32::from(character));
            }
            other => out.push(other),
        }
    }
    out
}
