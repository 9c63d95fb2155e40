//! Refusals of the cabinet API: one JSON shape for every error, a stable code and a sentence in Russian.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::links::LinkView;
use super::step_up::Demand;
use crate::store::StoreError;
use crate::world::WorldError;

/// Why a call is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Code {
    BadRequest,
    Unauthorised,
    NoPermission,
    PersonNotConfirmed,
    AdministratorOnly,
    StepUpRequired,
    NotFound,
    OrganisationNotFound,
    ServiceNotFound,
    MethodNotAllowed,
    LinkedElsewhere,
    AlreadyLinked,
    LinkPending,
    OrganisationLiquidated,
    OpenApplications,
    WrongMethod,
    NotRegistered,
    LinkEnded,
    StepUpEnded,
    RegistrationEnded,
    AlreadyRegistered,
    SubscriptionEnded,
    WrongState,
    SmevUnavailable,
    LicenceNotFound,
    TooLarge,
    UnsupportedMediaType,
    TermsNotAccepted,
    RequisitesIncomplete,
    RequisitesInvalid,
    RequisitesMismatch,
    InnOgrnMismatch,
    DocumentsOrder,
    FileMismatch,
    FilesMissing,
    TooManyFiles,
    SignatureInvalid,
    CertificateMismatch,
    Mistyped,
    Outdated,
    FactorWrong,
    FactorNotOffered,
    PaymentNotConfirmed,
    LinkingBlocked,
    TooOften,
    TooManyRequests,
    SignatureServiceDown,
    PoaNotFound,
    PoaRegistryDown,
    RecipientNotFound,
    MailboxFull,
    EmployeeNotFound,
    LastAdministrator,
    HeadStays,
    OwnAccount,
    OpenWork,
    ReasonMissing,
    CandidateUnfit,
    RestoreEnded,
    RoleNotFound,
    RoleNotAssignable,
    RoleTitleTaken,
    RoleTooWide,
    RoleInUse,
    InvitationNotFound,
    InvitationEnded,
    AlreadyInvited,
    AlreadyEmployee,
    Internal,
}

impl Code {
    fn parts(self) -> (StatusCode, &'static str, &'static str) {
        use StatusCode as S;
        match self {
            Self::BadRequest => (S::BAD_REQUEST, "bad-request", "Запрос составлен неверно"),
            Self::Unauthorised => (
                S::UNAUTHORIZED,
                "unauthorised",
                "Нужен действующий маркер доступа. Войдите заново",
            ),
            Self::NoPermission => (
                S::FORBIDDEN,
                "no-permission",
                "Действие не входит в вашу роль. Попросите администратора организации",
            ),
            Self::PersonNotConfirmed => (
                S::FORBIDDEN,
                "person-not-confirmed",
                "Учётная запись физического лица не подтверждена",
            ),
            Self::AdministratorOnly => (
                S::FORBIDDEN,
                "administrator-only",
                "Привязать по сертификату может только руководитель или администратор организации",
            ),
            Self::StepUpRequired => (S::FORBIDDEN, "step-up-required", "Действие нужно подтвердить"),
            Self::NotFound => (S::NOT_FOUND, "not-found", "Не найдено"),
            Self::OrganisationNotFound => (
                S::NOT_FOUND,
                "organisation-not-found",
                "Организации нет в реестре. Проверьте ИНН и ОГРН и состояние организации в ФНС",
            ),
            Self::ServiceNotFound => (S::NOT_FOUND, "service-not-found", "Услуги с таким кодом нет"),
            Self::MethodNotAllowed => (
                S::METHOD_NOT_ALLOWED,
                "method-not-allowed",
                "Такого действия здесь нет",
            ),
            Self::LinkedElsewhere => (
                S::CONFLICT,
                "linked-elsewhere",
                "Организация привязана к другой учётной записи. Запросите доступ у её администратора",
            ),
            Self::AlreadyLinked => (
                S::CONFLICT,
                "already-linked",
                "Организация уже привязана к вашей учётной записи",
            ),
            Self::LinkPending => (
                S::CONFLICT,
                "link-pending",
                "Заявка на привязку этой организации уже подана и ждёт подтверждения",
            ),
            Self::OrganisationLiquidated => (
                S::CONFLICT,
                "organisation-liquidated",
                "По данным реестра организация прекратила деятельность",
            ),
            Self::OpenApplications => (
                S::CONFLICT,
                "open-applications",
                "Открепить нельзя: есть открытые заявления. Дождитесь их окончания или отмените их",
            ),
            Self::WrongMethod => (
                S::CONFLICT,
                "wrong-method",
                "Заявка подтверждается другим способом",
            ),
            Self::NotRegistered => (
                S::CONFLICT,
                "not-registered",
                "Организация ещё не зарегистрирована",
            ),
            Self::LinkEnded => (
                S::GONE,
                "link-ended",
                "Заявка на привязку уже завершена. Подайте новую",
            ),
            Self::StepUpEnded => (
                S::GONE,
                "step-up-ended",
                "Время подтверждения истекло или попытки закончились. Повторите действие",
            ),
            Self::RegistrationEnded => (S::CONFLICT, "registration-ended", "Рассмотрение уже закончено"),
            Self::AlreadyRegistered => (
                S::CONFLICT,
                "already-registered",
                "Организация уже есть в реестре. Привяжите её",
            ),
            Self::SubscriptionEnded => (
                S::CONFLICT,
                "subscription-ended",
                "Подписка отменена. Оформите новую",
            ),
            Self::WrongState => (S::CONFLICT, "wrong-state", "В этом состоянии действие невозможно"),
            Self::SmevUnavailable => (
                S::CONFLICT,
                "smev-unavailable",
                "Проверка через СМЭВ сейчас недоступна. Подтвердите реквизиты квалифицированной подписью: её выдаёт \
                 аккредитованный удостоверяющий центр",
            ),
            Self::LicenceNotFound => (S::NOT_FOUND, "licence-not-found", "Лицензии с таким номером нет"),
            Self::TooLarge => (S::PAYLOAD_TOO_LARGE, "too-large", "Запрос слишком велик"),
            Self::UnsupportedMediaType => (
                S::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "Тело запроса должно быть application/json",
            ),
            Self::TermsNotAccepted => (
                S::UNPROCESSABLE_ENTITY,
                "terms-not-accepted",
                "Нужно принять условия",
            ),
            Self::RequisitesIncomplete => (
                S::UNPROCESSABLE_ENTITY,
                "requisites-incomplete",
                "Заполнены не все обязательные реквизиты",
            ),
            Self::RequisitesInvalid => (
                S::UNPROCESSABLE_ENTITY,
                "requisites-invalid",
                "В реквизитах есть ошибки",
            ),
            Self::RequisitesMismatch => (
                S::UNPROCESSABLE_ENTITY,
                "requisites-mismatch",
                "Реквизиты не совпадают с данными реестра",
            ),
            Self::InnOgrnMismatch => (
                S::UNPROCESSABLE_ENTITY,
                "inn-ogrn-mismatch",
                "ИНН и ОГРН принадлежат разным организациям",
            ),
            Self::DocumentsOrder => (
                S::UNPROCESSABLE_ENTITY,
                "documents-order",
                "Документы переданы не в том порядке и не распознаны",
            ),
            Self::FileMismatch => (
                S::UNPROCESSABLE_ENTITY,
                "file-mismatch",
                "Содержимое файла не то, что названо его SHA-256",
            ),
            Self::FilesMissing => (
                S::UNPROCESSABLE_ENTITY,
                "files-missing",
                "Не все файлы документов переданы",
            ),
            Self::TooManyFiles => (S::CONFLICT, "too-many-files", "Передано слишком много файлов"),
            Self::SignatureInvalid => (
                S::UNPROCESSABLE_ENTITY,
                "signature-invalid",
                "Подпись не прошла проверку",
            ),
            Self::CertificateMismatch => (
                S::UNPROCESSABLE_ENTITY,
                "certificate-mismatch",
                "Сертификат выдан другой организации или другому человеку",
            ),
            Self::Mistyped => (S::UNPROCESSABLE_ENTITY, "code-wrong", "Код не подходит"),
            Self::Outdated => (
                S::UNPROCESSABLE_ENTITY,
                "code-expired",
                "Срок действия кода истёк. Запросите новый",
            ),
            Self::FactorWrong => (
                S::UNPROCESSABLE_ENTITY,
                "factor-wrong",
                "Подтверждение не подходит",
            ),
            Self::FactorNotOffered => (
                S::UNPROCESSABLE_ENTITY,
                "factor-not-offered",
                "Этим способом подтвердить нельзя",
            ),
            Self::PaymentNotConfirmed => (
                S::UNPROCESSABLE_ENTITY,
                "payment-not-confirmed",
                "Продление нужно подтвердить оплатой",
            ),
            Self::LinkingBlocked => (
                S::LOCKED,
                "linking-blocked",
                "Привязка временно закрыта: слишком много неверных попыток",
            ),
            Self::TooOften => (S::TOO_MANY_REQUESTS, "too-often", "Повторить можно немного позже"),
            Self::TooManyRequests => (
                S::TOO_MANY_REQUESTS,
                "too-many-requests",
                "Слишком много запросов",
            ),
            Self::SignatureServiceDown => (
                S::SERVICE_UNAVAILABLE,
                "signature-service-down",
                "Подпись сейчас не проверить. Повторите позже",
            ),
            Self::PoaNotFound => (
                S::NOT_FOUND,
                "poa-not-found",
                "Доверенности с таким номером у этого доверителя нет",
            ),
            Self::PoaRegistryDown => (
                S::SERVICE_UNAVAILABLE,
                "system-unavailable",
                "Реестр доверенностей временно недоступен. Повторите позже",
            ),
            Self::RecipientNotFound => (
                S::NOT_FOUND,
                "recipient-not-found",
                "Такого сотрудника в организации нет или его доступ закрыт",
            ),
            Self::MailboxFull => (
                S::CONFLICT,
                "mailbox-full",
                "Получателя уже ждут 50 файлов. Попросите его принять их",
            ),
            Self::EmployeeNotFound => (
                S::NOT_FOUND,
                "employee-not-found",
                "Такого сотрудника в организации нет",
            ),
            Self::LastAdministrator => (
                S::CONFLICT,
                "last-administrator",
                "Это единственный администратор: хотя бы один должен остаться. Сначала назначьте другого",
            ),
            Self::HeadStays => (
                S::CONFLICT,
                "head-stays",
                "Руководителя назначает реестр: в кабинете его роль и доступ не меняют",
            ),
            Self::OwnAccount => (
                S::CONFLICT,
                "own-account",
                "Своё место изменить нельзя. Попросите другого администратора или открепите организацию",
            ),
            Self::OpenWork => (
                S::CONFLICT,
                "open-work",
                "У сотрудника есть незаконченное. Передайте заявления другому сотруднику, файлы пусть заберёт сам",
            ),
            Self::ReasonMissing => (S::UNPROCESSABLE_ENTITY, "reason-missing", "Нужно указать причину"),
            Self::CandidateUnfit => (
                S::UNPROCESSABLE_ENTITY,
                "candidate-unfit",
                "Этого человека нельзя назначить администратором",
            ),
            Self::RestoreEnded => (
                S::GONE,
                "restore-ended",
                "Срок восстановления истёк. Пригласите сотрудника заново",
            ),
            Self::RoleNotFound => (S::NOT_FOUND, "role-not-found", "Такой роли нет"),
            Self::RoleNotAssignable => (
                S::CONFLICT,
                "role-not-assignable",
                "Эту роль нельзя назначить или изменить в кабинете",
            ),
            Self::RoleTitleTaken => (S::CONFLICT, "role-title-taken", "Роль с таким названием уже есть"),
            Self::RoleTooWide => (
                S::UNPROCESSABLE_ENTITY,
                "role-too-wide",
                "Своей роли это право дать нельзя",
            ),
            Self::RoleInUse => (
                S::CONFLICT,
                "role-in-use",
                "Роль назначена сотрудникам. Сначала дайте им другую",
            ),
            Self::InvitationNotFound => (S::NOT_FOUND, "invitation-not-found", "Такого приглашения нет"),
            Self::InvitationEnded => (
                S::GONE,
                "invitation-ended",
                "Приглашение уже принято, отклонено, отозвано или истекло",
            ),
            Self::AlreadyInvited => (
                S::CONFLICT,
                "already-invited",
                "Приглашение на этот адрес уже отправлено и ждёт ответа",
            ),
            Self::AlreadyEmployee => (
                S::CONFLICT,
                "already-employee",
                "Этот человек уже работает в кабинете организации",
            ),
            Self::Internal => (S::INTERNAL_SERVER_ERROR, "internal", "Внутренняя ошибка портала"),
        }
    }
}

/// One member of a request that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FieldProblem {
    /// Name of the member as the request spells it.
    pub(crate) name: String,
    /// `missing`, `digits`, `format`, `differs` or `unfit`.
    pub(crate) code: String,
    /// What to do, in Russian.
    pub(crate) message: String,
}

/// An order that keeps an organisation from being unlinked, or somebody from being removed.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenOrder {
    pub(crate) order_id: i64,
    pub(crate) title: String,
}

/// The body of every error.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Problem {
    /// Stable, kebab-case.
    pub(crate) code: String,
    /// For people, in Russian.
    pub(crate) message: String,
    /// To be named to the support.
    pub(crate) support: Uuid,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) fields: Vec<FieldProblem>,
    /// When repeating can help.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) retry_after_seconds: Option<u64>,
    /// The missing permission.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) permission: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) attempts_left: Option<u32>,
    /// End of a block, RFC 3339.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = DateTime)]
    pub(crate) until: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    pub(crate) orders: Vec<OpenOrder>,
    /// Files that wait for who is to be removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) waiting_files: Option<usize>,
    /// What would confirm the call.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) step_up: Option<Demand>,
    /// The request that is open already.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) link: Option<LinkView>,
}

/// What a route answers instead of a success.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    body: Box<Problem>,
}

impl Refusal {
    pub(crate) fn new(code: Code) -> Self {
        let (status, name, message) = code.parts();
        Self {
            status,
            body: Box::new(Problem {
                code: name.into(),
                message: message.into(),
                support: Uuid::new_v4(),
                ..Problem::default()
            }),
        }
    }

    /// A malformed request, and what is wrong with it.
    pub(crate) fn bad(detail: impl std::fmt::Display) -> Self {
        Self::new(Code::BadRequest).because(&detail.to_string())
    }

    /// Puts a reason behind the sentence.
    pub(crate) fn because(self, reason: &str) -> Self {
        let message = format!("{}: {reason}", self.body.message);
        self.with(|body| body.message = message)
    }

    pub(crate) fn fields(self, fields: Vec<FieldProblem>) -> Self {
        self.with(|body| body.fields = fields)
    }

    pub(crate) fn attempts_left(self, left: u32) -> Self {
        self.with(|body| body.attempts_left = Some(left))
    }

    /// Repeating makes sense after so many milliseconds.
    pub(crate) fn retry_after_ms(self, ms: i64) -> Self {
        let seconds = u64::try_from(ms.max(0)).unwrap_or_default().div_ceil(1000).max(1);
        self.with(|body| body.retry_after_seconds = Some(seconds))
    }

    pub(crate) fn with(mut self, change: impl FnOnce(&mut Problem)) -> Self {
        change(&mut self.body);
        self
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Self::new(code)
    }
}

impl From<StoreError> for Refusal {
    fn from(error: StoreError) -> Self {
        WorldError::from(error).into()
    }
}

impl From<WorldError> for Refusal {
    fn from(error: WorldError) -> Self {
        let refusal = Self::new(Code::Internal);
        tracing::error!(?error, support = %refusal.body.support, "cabinet");
        refusal
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let retry = self.body.retry_after_seconds;
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(seconds) = retry {
            response
                .headers_mut()
                .insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            response
                .headers_mut()
                .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        response
    }
}
