//! Powers of attorney: foreign shapes, hostile files, round trips, the form, the view.

mod attaching;
mod checking;
mod classifier;
mod drafts;
mod models;
mod older;
mod reading;
mod showing;
mod writing;

use kabinet_domain::poa::{PoaNumber, PowerOfAttorney};
use time::macros::date;
use uuid::Uuid;

pub(super) const GUID: &str = "4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f";
pub(super) const FILE: &str = "ON_EMCHD_20260901_4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f.xml";

pub(super) fn guid(text: &str) -> PoaNumber {
    PoaNumber(Uuid::try_parse(text).unwrap())
}

/// In the shape other programs write: schema instance namespaces, `ТипПред` 1 before a person, no day of birth, an address of
/// the check with a line break.
pub(super) const FOREIGN: &str = r#"<?xml version="1.0" encoding="utf-8"?>
<Доверенность xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns="urn://x-artefacts/EMCHD_1" ВерсФорм="EMCHD_1" ПрЭлФорм="00000000" ИдФайл="ON_EMCHD_20260901_4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f">
  <Документ>
    <Довер>
      <СвДов ВидДовер="1" ПрПередов="1" ВнНомДовер="17/26" НомДовер="4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f" ДатаВыдДовер="2026-09-01" СрокДейст="2027-08-31">
        <СведСист>https://m4d.nalog.gov.ru/EMCHD/check-status?guid=4f1c2d3e-5a6b-4c7d-8e9f-0a1b2c3d4e5f
        </СведСист>
      </СвДов>
      <СвДоверит ТипДоверит="1">
        <Доверит>
          <РосОргДовер ЕИОУК="0" ЕИОФЛ="1" ЕИОИП="0">
            <СвРосОрг НаимОрг="ООО «Ромашка»" ИННЮЛ="9900000017" КПП="990001001" ОГРН="1029900000019">
              <АдрРег Регион="99"><АдрРФ>г. Демоград, ул. Полевая, 1</АдрРФ></АдрРег>
            </СвРосОрг>
            <ЛицоБезДов ПолнЮЛ="1">
              <СвФЛ ИННФЛ="990000000115" СНИЛС="900-000-001 82" Должность="Директор">
                <СведФЛ><ФИО Фамилия="Ромашкина" Имя="Анна" Отчество="Сергеевна"/></СведФЛ>
              </СвФЛ>
            </ЛицоБезДов>
          </РосОргДовер>
        </Доверит>
      </СвДоверит>
      <СвУпПред ТипПред="1">
        <Пред>
          <СведФизЛ ИННФЛ="990000000299" СНИЛС="900-000-002 83">
            <СведФЛ><ФИО Фамилия="Васильков" Имя="Пётр"/></СведФЛ>
          </СведФизЛ>
        </Пред>
      </СвУпПред>
      <СвПолн ТипПолн="0" ПрСовмПолн="1">
        <МашПолн КодПолн="BBDOCS_DOCS_DCSALL_SRCDOC_SOURCEDOCS8" НаимПолн="Подписание транспортной накладной"/>
      </СвПолн>
    </Довер>
  </Документ>
</Доверенность>
"#;

/// [`FOREIGN`] with a piece replaced.
pub(super) fn foreign(from: &str, to: &str) -> Vec<u8> {
    assert!(FOREIGN.contains(from), "{from}");
    FOREIGN.replacen(from, to, 1).into_bytes()
}

pub(super) const EMCHD: &str = "emchd/EMCHD_1.reconstructed.xsd";

pub(super) fn written(poa: &PowerOfAttorney) -> kabinet_formats::poa::Written {
    kabinet_formats::poa::write(poa, date!(2026 - 09 - 01), None)
}
