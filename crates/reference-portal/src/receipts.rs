//! Files the authority answers with: a small XML, signed by the portal's result key.

use time::OffsetDateTime;

use crate::authority::{AuthorityError, Signatory, sign_detached};
use crate::clock;
use crate::demo::Organisation;
use crate::services::Service;
use crate::store::{Order, ResultFile, StoredFile};

/// What a receipt or a refusal tells.
pub(crate) struct Receipt<'a> {
    pub(crate) order: &'a Order,
    pub(crate) owner: Option<&'a Organisation>,
    pub(crate) service: Option<&'a Service>,
    pub(crate) files: &'a [StoredFile],
    pub(crate) accepted: bool,
    pub(crate) at: OffsetDateTime,
}

impl Receipt<'_> {
    /// The document and its signature, under the mnemonics the published example uses.
    pub(crate) fn signed(
        &self,
        signer: &Signatory,
        authority: &[u8],
    ) -> Result<Vec<ResultFile>, AuthorityError> {
        let stem = if self.accepted {
            "kvitanciya"
        } else {
            "uvedomlenie_ob_otkaze"
        };
        let name = format!("{stem}_{}.xml", self.order.id);
        let content = self.xml().into_bytes();
        let signature = sign_detached(signer, &[authority], &content, self.at)?;
        Ok(vec![
            ResultFile {
                mnemonic: format!("{name}_attach"),
                name: name.clone(),
                mime: "application/xml".into(),
                content,
            },
            ResultFile {
                mnemonic: name.clone(),
                name: format!("{name}.sig"),
                mime: "application/pkcs7-signature".into(),
                content: signature,
            },
        ])
    }

    fn xml(&self) -> String {
        let (root, text) = if self.accepted {
            ("Квитанция", "Документы приняты.")
        } else {
            (
                "УведомлениеОбОтказе",
                "Отказано: исход задан сценарием учебного портала.",
            )
        };
        let mut xml = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
        let mut line = |text: String| {
            xml.push_str(&text);
            xml.push('\n');
        };
        line(format!(
            "<{root} НомерЗаявления=\"{}\" Время=\"{}\">",
            self.order.id,
            self.time()
        ));
        if let Some(service) = self.service {
            line(format!(
                "  <Услуга Код=\"{}\">{}</Услуга>",
                service.code,
                escape(&service.name)
            ));
            line(format!("  <Ведомство>{}</Ведомство>", escape(&service.authority)));
        }
        if let Some(owner) = self.owner {
            let name = escape(&owner.short_name);
            line(format!(
                "  <Организация ИНН=\"{}\" КПП=\"{}\">{name}</Организация>",
                owner.inn, owner.kpp
            ));
        }
        for file in self.files {
            let name = escape(&file.name);
            line(format!(
                "  <Файл Размер=\"{}\" SHA256=\"{}\">{name}</Файл>",
                file.size, file.sha256
            ));
        }
        line(format!("  <Текст>{text}</Текст>"));
        line(format!("</{root}>"));
        xml
    }

    fn time(&self) -> String {
        clock::list_format(clock::to_ms(self.at))
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
