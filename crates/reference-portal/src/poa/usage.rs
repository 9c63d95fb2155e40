//! Acting under a power of attorney: whether somebody without a certificate of the organisation may sign for it.

use roxmltree::Document;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use super::deed::Powers;
use super::record::{Registered, State, find};
use super::{powers, read, seal, task};
use crate::archive::Entry;
use crate::clock;
use crate::demo::Organisation;
use crate::judge::Signed;
use crate::store::StoreError;
use crate::world::World;

/// Clocks of signers may be ahead so far.
const TOLERANCE: Duration = Duration::minutes(5);

/// Whether a file of an archive is a power of attorney that was put beside a document.
pub(crate) fn is_deed(entry: &Entry) -> bool {
    is_deed_name(&entry.name) && read::read_content(&entry.content).is_ok()
}

fn is_deed_name(name: &str) -> bool {
    name.starts_with(read::PREFIX) && name.ends_with(".xml")
}

/// What a signature without an organisation is held against.
pub(crate) struct Authorities<'a> {
    pub(crate) world: &'a World,
    pub(crate) owner: &'a Organisation,
    pub(crate) entries: &'a [Entry],
    /// When the order is examined.
    pub(crate) at: OffsetDateTime,
}

/// A document, who signed it, and what it says of itself.
pub(crate) struct SignedDocument<'a> {
    pub(crate) name: &'a str,
    pub(crate) text: &'a str,
    /// Everybody who signed it.
    pub(crate) signers: &'a [Signed],
}

impl Authorities<'_> {
    /// Why `signed` is not good for the organisation; the text begins with a code `poa-…`.
    pub(crate) fn refusal(
        &self,
        document: &SignedDocument<'_>,
        signed: &Signed,
    ) -> Result<Option<String>, StoreError> {
        let parsed = Document::parse(document.text).ok();
        let named = parsed.as_ref().map(named).unwrap_or_default();
        let knd = parsed.as_ref().and_then(knd);
        let mut first = None;
        for number in &named {
            let found = find(self.world, *number)?;
            match self.judge(found.as_ref(), *number, document, knd.as_deref(), signed) {
                None => return Ok(None),
                Some(why) => first = first.or(Some(why)),
            }
        }
        if named.is_empty() {
            for entry in self.entries.iter().filter(|entry| is_deed_name(&entry.name)) {
                match self.beside(entry, document, knd.as_deref(), signed)? {
                    None => return Ok(None),
                    Some(why) => first = first.or(Some(why)),
                }
            }
        }
        let absent = "poa-absent: подписано сертификатом физического лица, а доверенности нет";
        Ok(first.or_else(|| Some(absent.into())))
    }

    /// A power of attorney as a file with its signature: the very ones that are registered.
    fn beside(
        &self,
        entry: &Entry,
        document: &SignedDocument<'_>,
        knd: Option<&str>,
        signed: &Signed,
    ) -> Result<Option<String>, StoreError> {
        let Ok(deed) = read::read(&entry.name, &entry.content) else {
            return Ok(Some(format!("poa-unreadable: {} не читается", entry.name)));
        };
        let found = find(self.world, deed.number)?;
        let signature = self
            .entries
            .iter()
            .find(|one| one.name == format!("{}.sig", entry.name));
        let digest = signature.map(|signature| task::digest(&entry.content, &signature.content));
        if let Some(known) = &found
            && digest.as_ref() != Some(&known.digest)
        {
            let why = format!(
                "poa-file-differs: {} — не тот файл, что зарегистрирован",
                entry.name
            );
            return Ok(Some(why));
        }
        Ok(self.judge(found.as_ref(), deed.number, document, knd, signed))
    }

    fn judge(
        &self,
        found: Option<&Registered>,
        number: Uuid,
        document: &SignedDocument<'_>,
        knd: Option<&str>,
        signed: &Signed,
    ) -> Option<String> {
        let why = |code: &str, text: &str| Some(format!("{code}: доверенность № {number} {text}"));
        let Some(one) = found else {
            return why("poa-not-registered", "не зарегистрирована");
        };
        let moment = signed.claimed.unwrap_or(self.at);
        if moment > self.at.saturating_add(TOLERANCE) {
            return why("poa-signing-time", "не применима: время подписи ещё не наступило");
        }
        match one.state(clock::to_ms(moment)) {
            State::Active => {}
            State::Created => return why("poa-not-yet", "ещё не действовала в день подписи"),
            State::Expired => return why("poa-expired", "истекла ко дню подписи"),
            State::Revoked => return why("poa-revoked", "отозвана до подписания"),
        }
        if self
            .world
            .registry
            .by_oid(one.organisation)
            .is_none_or(|entry| entry.inn != self.owner.inn)
        {
            return why("poa-other-organisation", "выдана другой организацией");
        }
        let subject = signed.certificate.subject();
        let people = || one.deed.representatives.iter().filter_map(|party| party.person());
        if !people().any(|person| seal::is_of(&subject, person)) {
            return why("poa-other-person", "выдана не тому, кто подписал");
        }
        let signs = |person| {
            document
                .signers
                .iter()
                .any(|one| seal::is_of(&one.certificate.subject(), person))
        };
        if one.deed.joint && !people().all(signs) {
            return why("poa-joint", "требует подписи всех представителей");
        }
        let kind = powers::kind_of(knd, document.name)?;
        match &one.deed.powers {
            Powers::Text(_) => why(
                "poa-text-powers",
                "описывает полномочия текстом: проверить их нельзя",
            ),
            Powers::Machine(given) if given.iter().any(|power| kind.any_of.contains(&power.code)) => None,
            Powers::Machine(_) => why(
                "poa-power-missing",
                &format!("не даёт полномочия подписывать: {}", kind.title),
            ),
        }
    }
}

/// Numbers in the document itself: УПД and ФНС documents carry `СвДоверЭл/@НомДовер` (§3.7).
fn named(document: &Document<'_>) -> Vec<Uuid> {
    let elements = document
        .descendants()
        .filter(|node| node.tag_name().name() == "СвДоверЭл");
    elements
        .filter_map(|node| Uuid::parse_str(node.attribute("НомДовер")?.trim()).ok())
        .collect()
}

fn knd(document: &Document<'_>) -> Option<String> {
    let found = document.descendants().find_map(|node| node.attribute("КНД"))?;
    Some(found.trim().to_owned())
}
