//! The files of a licence: a page for people, a document for programs, and their signatures.

use std::io::{Cursor, Write as _};

use encoding_rs::WINDOWS_1251;
use time::OffsetDateTime;

use super::Licence;
use crate::authority::sign_detached;
use crate::cabinet::time_format::rfc3339;
use crate::services;
use crate::store::{ResultFile, StoreError};
use crate::world::{World, WorldError};

/// Glyph names of windows-1251 beyond ASCII, for the fonts every reader of PDF has (Adobe Glyph List).
const DIFFERENCES: &str =
    "151 /emdash 168 /afii10023 171 /guillemotleft 184 /afii10071 /afii61352 187 /guillemotright";

impl Licence {
    /// Name and octets: two documents, each before its signature.
    fn files(&self, world: &World) -> Result<[(&'static str, Vec<u8>); 4], WorldError> {
        let (pdf, xml) = (pdf(&self.lines(world)), self.xml(world).into_bytes());
        let sign = |content: &[u8]| {
            let chain = [world.authority.certificate()];
            sign_detached(&world.result_signer, &chain, content, OffsetDateTime::now_utc())
        };
        let signatures = (sign(&pdf)?, sign(&xml)?);
        Ok([
            ("licence.pdf", pdf),
            ("licence.pdf.sig", signatures.0),
            ("licence.xml", xml),
            ("licence.xml.sig", signatures.1),
        ])
    }

    pub(super) fn archive(&self, world: &World) -> Result<Vec<u8>, WorldError> {
        let files = self.files(world)?;
        Ok(zipped(&files).map_err(StoreError::from)?)
    }

    /// As results of the order the licence was given for.
    pub(super) fn results(&self, world: &World) -> Result<Vec<ResultFile>, WorldError> {
        let [(_, pdf), (_, signature), ..] = self.files(world)?;
        let name = format!("licence_{}.pdf", self.number);
        Ok(vec![
            ResultFile {
                mnemonic: format!("{name}_attach"),
                name: name.clone(),
                mime: "application/pdf".into(),
                content: pdf,
            },
            ResultFile {
                mnemonic: name.clone(),
                name: format!("{name}.sig"),
                mime: "application/pkcs7-signature".into(),
                content: signature,
            },
        ])
    }

    fn lines(&self, world: &World) -> Vec<String> {
        let day = |ms: i64| rfc3339(ms).chars().take(10).collect::<String>();
        let mut lines = vec![
            format!("{} № {}", self.kind.title(), self.number),
            "Учебный документ эталонного портала".to_owned(),
        ];
        if let Some(entry) = world.registry.by_oid(self.organisation) {
            lines.push(entry.short_name.clone());
            lines.push(format!("ИНН {}, ОГРН {}", entry.inn, entry.ogrn));
        }
        if let Some(service) = services::by_code(&self.service) {
            lines.push(service.authority.clone());
        }
        lines.push(format!(
            "Действует с {} по {}",
            day(self.issued_ms),
            day(self.ends_ms)
        ));
        lines
    }

    fn xml(&self, world: &World) -> String {
        let entry = world.registry.by_oid(self.organisation);
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Лицензия Номер=\"{}\" Услуга=\"{}\" Выдана=\"{}\" \
             Действует=\"{}\" ИНН=\"{}\" ОГРН=\"{}\"/>\n",
            self.number,
            self.service,
            rfc3339(self.issued_ms),
            rfc3339(self.ends_ms),
            entry.map_or("", |e| &e.inn),
            entry.map_or("", |e| &e.ogrn),
        )
    }
}

/// One page of text (ISO 32000-1): one of the fonts that need not be embedded, the encoding of windows-1251.
fn pdf(lines: &[String]) -> Vec<u8> {
    let mut content = b"BT /F1 12 Tf 72 760 Td 24 TL\n".to_vec();
    for line in lines {
        content.push(b'(');
        for octet in WINDOWS_1251.encode(line).0.iter() {
            if matches!(octet, b'(' | b')' | b'\\') {
                content.push(b'\\');
            }
            content.push(*octet);
        }
        content.extend(b") Tj T*\n");
    }
    content.extend(b"ET\n");
    // Capital А…Я from 192 and small а…я from 224; the Adobe names leave a place for Ё and ё, which stand elsewhere.
    let letters = |first: u32, io: u32| {
        (first..first + 33)
            .filter(|number| *number != io)
            .map(|number| format!("/afii{number} "))
            .collect::<String>()
    };
    let font = format!(
        "<</Type/Font/Subtype/Type1/BaseFont/Courier/FirstChar 0/LastChar 255/Widths[{}]\
         /Encoding<</Type/Encoding/Differences[{DIFFERENCES} 192 {}{}]>>>>",
        // Every letter of this font is as wide as any other; of Cyrillic ones readers do not know it by themselves.
        "600 ".repeat(256),
        letters(10017, 10023),
        letters(10065, 10071)
    );
    let mut stream = format!("<</Length {}>>stream\n", content.len()).into_bytes();
    stream.extend(&content);
    stream.extend(b"endstream");
    let objects: [Vec<u8>; 5] = [
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>"
            .to_vec(),
        stream,
        font.into_bytes(),
    ];
    let mut pdf = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut places = vec![];
    for (index, object) in objects.iter().enumerate() {
        places.push(pdf.len());
        pdf.extend(format!("{} 0 obj\n", index + 1).as_bytes());
        pdf.extend(object);
        pdf.extend(b"\nendobj\n");
    }
    let table = pdf.len();
    pdf.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).as_bytes());
    for place in places {
        pdf.extend(format!("{place:010} 00000 n \n").as_bytes());
    }
    pdf.extend(
        format!(
            "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n",
            objects.len() + 1
        )
        .as_bytes(),
    );
    pdf
}

fn zipped(files: &[(&str, Vec<u8>)]) -> std::io::Result<Vec<u8>> {
    let mut writer = zip::ZipWriter::new(Cursor::new(vec![]));
    for (name, content) in files {
        writer
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .map_err(std::io::Error::other)?;
        writer.write_all(content)?;
    }
    Ok(writer.finish().map_err(std::io::Error::other)?.into_inner())
}
