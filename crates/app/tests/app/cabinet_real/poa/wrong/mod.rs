//! Wrong powers of attorney: each a good one with one change, taken through import, signing, registration or judgement, and told by
//! its code and in words that name what is wrong.

mod import;
mod judge;
mod register;

use kabinet_app::view::Params;
use kabinet_testkit::Stand;
use kabinet_texts::{Language, Texts};

use super::deed::Deed;
use super::{all_registered, at_registry, is_allowed, registered};
use crate::desk::Desk;

/// What was told of one wrong power of attorney.
struct Row {
    what: &'static str,
    code: String,
}

/// The table in the making. What does not fit is kept to the end, so that one run tells all.
struct Table {
    texts: Texts,
    rows: Vec<Row>,
    amiss: Vec<String>,
}

impl Table {
    /// One row: the codes that were expected and those that came, and what the text under `key` has to name.
    fn add(
        &mut self,
        what: &'static str,
        (expected, found): (&[&str], &[String]),
        (key, params): (String, &Params),
        names: &str,
    ) {
        let mut wanted: Vec<&str> = expected.to_vec();
        let mut came: Vec<&str> = found.iter().map(String::as_str).collect();
        wanted.sort_unstable();
        came.sort_unstable();
        if wanted != came {
            self.amiss
                .push(format!("{what}: {wanted:?} expected, {came:?} came"));
        }
        let text = self.text(&key, params);
        if text.is_empty() || text.contains("{{") || names.is_empty() || !text.contains(names) {
            self.amiss
                .push(format!("{what}: «{text}» ({key}) does not name «{names}»"));
        }
        if self.rows.iter().any(|row| row.what == what) {
            self.amiss.push(format!("{what}: twice"));
        }
        let code = expected.first().copied().unwrap_or_default().to_owned();
        self.rows.push(Row { what, code });
    }

    /// As the window shows it: of an error all three texts.
    fn text(&self, key: &str, params: &Params) -> String {
        if let Some(code) = key.strip_prefix("errors.") {
            if !self.texts.has(&format!("{key}.what")) {
                return String::new();
            }
            let text = self.texts.error(code, params);
            return [text.what, text.why, text.todo].join(" ");
        }
        if !self.texts.has(key) {
            return String::new();
        }
        self.texts.text(key, params)
    }
}

impl Drop for Table {
    /// A run that broke off tells what it had found.
    fn drop(&mut self) {
        if std::thread::panicking() {
            eprintln!("{} rows\n{}", self.rows.len(), self.amiss.join("\n"));
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_wrong_power_of_attorney_is_told_by_its_code_and_in_words() {
    let desk = at_registry(Stand::start()).await;
    let mut table = Table {
        texts: Texts::new(Language::Russian),
        rows: Vec::new(),
        amiss: Vec::new(),
    };
    good_ones(&desk).await;
    import::rows(&desk, &mut table).await;
    judge::rows(&desk, &mut table).await;
    let desk = register::rows(desk, &mut table).await;
    good_ones(&desk).await;

    assert!(
        table.amiss.is_empty(),
        "{} of {} rows:\n{}",
        table.amiss.len(),
        table.rows.len(),
        table.amiss.join("\n")
    );
    assert!(table.rows.len() >= 60, "{} rows", table.rows.len());
    let mut codes: Vec<&str> = table.rows.iter().map(|row| row.code.as_str()).collect();
    codes.sort_unstable();
    codes.dedup();
    assert!(codes.len() >= 55, "{} codes: {codes:?}", codes.len());
}

/// The good ones nothing of the table is held against: given, and passed on.
async fn good_ones(desk: &Desk) {
    let (good, parent) = (Deed::good(&desk.stand), Deed::to_pass_on(&desk.stand));
    all_registered(desk, &[&good, &parent]).await;
    let child = Deed::passed_on(&desk.stand, &parent.poa);
    registered(desk, &child).await;
    for number in [good.number(), child.number()] {
        let document = desk.app.poa(&number).await.unwrap().document_id;
        assert_eq!(desk.page(&document).await.findings, vec![]);
        is_allowed(desk, &number).await;
    }
}
