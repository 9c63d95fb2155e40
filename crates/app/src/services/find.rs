//! Finding in the catalogue: words, a part of the code, what the organisation may ask for.

use std::collections::BTreeSet;

use super::catalogue::KeptService;
use crate::view::{ServiceFee, ServiceItem, ServiceOrder, ServiceQuery};

/// As it is compared: small letters, ё as е.
pub(super) fn folded(text: &str) -> String {
    text.to_lowercase().replace('ё', "е")
}

/// What there is of something, without what nobody said.
pub(super) fn distinct(items: &[ServiceItem], of: impl Fn(&ServiceItem) -> &String) -> Vec<String> {
    let set: BTreeSet<&String> = items.iter().map(of).filter(|text| !text.is_empty()).collect();
    set.into_iter().cloned().collect()
}

/// Every service that fits, in order.
pub(super) fn found<'i>(
    items: &'i [ServiceItem],
    known: &[KeptService],
    query: &ServiceQuery,
    order: ServiceOrder,
) -> Vec<&'i ServiceItem> {
    let text = folded(&query.text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut found: Vec<(&ServiceItem, u32)> = items
        .iter()
        .zip(known)
        .filter(|(item, _)| fits(item, query, &words))
        .map(|(item, known)| (item, known.popularity))
        .collect();
    found.sort_by(|(one, popular), (other, more)| {
        let by_order = match order {
            ServiceOrder::Popularity => more.cmp(popular),
            ServiceOrder::Title => std::cmp::Ordering::Equal,
            ServiceOrder::Term => {
                let term = |item: &ServiceItem| item.term_days.unwrap_or(u32::MAX);
                term(one).cmp(&term(other))
            }
        };
        by_order
            .then_with(|| folded(&one.title).cmp(&folded(&other.title)))
            .then_with(|| one.code.cmp(&other.code))
    });
    found.into_iter().map(|(item, _)| item).collect()
}

fn fits(item: &ServiceItem, query: &ServiceQuery, words: &[&str]) -> bool {
    let is = |wanted: &Option<String>, said: &String| wanted.as_ref().is_none_or(|wanted| wanted == said);
    let in_time = |max: u32| item.term_days.is_some_and(|days| days <= max);
    let text = folded(&format!(
        "{} {} {} {} {}",
        item.code, item.title, item.summary, item.agency, item.category
    ));
    is(&query.category, &item.category)
        && is(&query.agency, &item.agency)
        && query.max_days.is_none_or(in_time)
        && query
            .fee
            .is_none_or(|fee| (fee == ServiceFee::Paid) == item.fee.is_some())
        && (item.fits || !query.fitting)
        && (item.favourite || !query.favourites)
        && words.iter().all(|word| text.contains(word))
}
