//! The services this portal takes orders for, and what each wants in the archive.

/// What the archive of a service must hold (API ЕПГУ, service specifications).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Family {
    /// СФР: `trans_{guid}.xml` that names `req_{guid}.xml`.
    Pension,
    /// МВД: `attach.xml`.
    Attachment,
    /// `req.xml` and any documents.
    Request,
    /// Any files; only this training portal has it.
    Documents,
}

/// One service.
#[derive(Debug)]
pub(crate) struct Service {
    /// `eServiceCode`.
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    /// Whether every file needs `.sig` beside it.
    pub(crate) signed: bool,
    pub(crate) family: Family,
    /// Who gets the order.
    pub(crate) authority: &'static str,
}

/// Number of the demo-only service: no ФНС report service is published for API ЕПГУ.
pub const TAX_DOCUMENTS: &str = "99000000001";

const SERVICES: [Service; 5] = [
    Service {
        code: "10000000109",
        name: "Доставка пенсий и социальных выплат",
        signed: false,
        family: Family::Pension,
        authority: "Социальный фонд России",
    },
    Service {
        code: "10000000374",
        name: "Отправка документов на подпись в Госключ",
        signed: true,
        family: Family::Request,
        authority: "Госключ",
    },
    Service {
        code: "10000000588",
        name: "Миграционный учёт для гостиниц",
        signed: true,
        family: Family::Request,
        authority: "МВД России",
    },
    Service {
        code: "10000000585",
        name: "Уведомление о трудовой деятельности",
        signed: false,
        family: Family::Attachment,
        authority: "МВД России",
    },
    Service {
        code: TAX_DOCUMENTS,
        name: "Представление документов ФНС (учебный контур)",
        signed: true,
        family: Family::Documents,
        authority: "ФНС России (учебный контур)",
    },
];

/// All of them.
pub(crate) fn all() -> &'static [Service] {
    &SERVICES
}

/// The service of this code.
pub(crate) fn by_code(code: &str) -> Option<&'static Service> {
    SERVICES.iter().find(|s| s.code == code)
}
