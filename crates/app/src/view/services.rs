use serde::{Deserialize, Serialize};
use specta::Type;

use super::{LicenceView, UiError};

/// How an application for a service is made here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceWay {
    /// Its form is filled in.
    Form,
    /// The file another program made is opened.
    File,
    /// Not from here.
    Elsewhere,
}

/// Where a catalogue comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceSource {
    /// The portal gave it.
    Portal,
    /// The portal gives none: what the program itself knows.
    Program,
    /// It was never asked for.
    Nothing,
}

/// In which order services are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceOrder {
    /// What is asked for most comes first.
    #[default]
    Popularity,
    /// By title.
    Title,
    /// What is done soonest comes first.
    Term,
}

/// What a service costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceFee {
    /// Nothing.
    Free,
    /// Something.
    Paid,
}

/// What is looked for in the catalogue.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceQuery {
    /// Words, or a part of the code.
    pub text: String,
    /// Of this category.
    pub category: Option<String>,
    /// Of this agency.
    pub agency: Option<String>,
    /// Done in so many days.
    pub max_days: Option<u32>,
    /// Free of charge, or not.
    pub fee: Option<ServiceFee>,
    /// For organisations of this kind.
    pub fitting: bool,
    /// Only favourites.
    pub favourites: bool,
}

/// A service with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ServiceName {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
}

/// A service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ServiceItem {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
    /// What it is for.
    pub summary: String,
    /// Group it belongs to; empty when nobody said.
    pub category: String,
    /// Who provides it; empty when nobody said.
    pub agency: String,
    /// `legal`, `sole-proprietor`, `person`.
    pub audience: Vec<String>,
    /// The chosen organisation is among them, or nobody said.
    pub fits: bool,
    /// Days until the result.
    pub term_days: Option<u32>,
    /// Roubles; nothing is free of charge.
    pub fee: Option<u32>,
    /// What is to be attached.
    pub documents: Vec<String>,
    /// Every file needs a signature.
    pub signed: bool,
    /// Day of the last change, `YYYY-MM-DD`.
    pub updated: Option<String>,
    /// How an application is made here.
    pub way: ServiceWay,
    /// Marked.
    pub favourite: bool,
}

/// A search under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ServiceSearch {
    /// Name; there is one of each.
    pub name: String,
    /// What is looked for.
    pub query: ServiceQuery,
}

/// How the list is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", default)]
pub struct ServiceListing {
    /// Order.
    pub order: ServiceOrder,
    /// Rows at a time, 10 to 200.
    pub rows: u32,
}

impl Default for ServiceListing {
    fn default() -> Self {
        Self {
            order: ServiceOrder::default(),
            rows: 20,
        }
    }
}

/// The catalogue as far as it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ServiceCatalogue {
    /// The first rows of what was found.
    pub rows: Vec<ServiceItem>,
    /// How many were found.
    pub total: u32,
    /// How many there are.
    pub all: u32,
    /// Categories there are.
    pub categories: Vec<String>,
    /// Agencies there are.
    pub agencies: Vec<String>,
    /// Favourites that are in the catalogue.
    pub favourites: Vec<ServiceName>,
    /// Favourites that are not any more.
    pub outdated: Vec<ServiceName>,
    /// What was begun most often here, five at most.
    pub frequent: Vec<ServiceName>,
    /// Searches under a name.
    pub searches: Vec<ServiceSearch>,
    /// How it is shown.
    pub listing: ServiceListing,
    /// Where it comes from.
    pub source: ServiceSource,
    /// When the portal gave it, RFC 3339.
    pub at: Option<String>,
    /// Why it could not be asked for anew.
    pub error: Option<UiError>,
}

/// An entry of a dictionary of the portal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DictionaryEntry {
    /// Code.
    pub code: String,
    /// Title.
    pub title: String,
}

/// A page of what was found in a dictionary.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DictionaryPage {
    /// They.
    pub rows: Vec<DictionaryEntry>,
    /// There are more.
    pub more: bool,
}

/// How a licence is renewed by an application for a service.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RenewalView {
    /// The licence; nothing of one that is not known here.
    pub licence: Option<LicenceView>,
    /// The service has a form here.
    pub has_form: bool,
    /// What the application will already say of it.
    pub answers: Vec<RenewedAnswer>,
}

/// An answer that is known before it is asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RenewedAnswer {
    /// The question.
    pub label: String,
    /// The answer as it is shown.
    pub value: String,
}
