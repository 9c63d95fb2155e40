//! Powers of attorney of every kind, made by chance.

use kabinet_domain::poa::{
    Address, DelegatedFrom, Flags, ForeignOrganisation, IdentityDocument, Irrevocable, Joint, LegalEntity,
    Notary, Person, PoaNumber, Power, PowerOfAttorney, Powers, Principal, Redelegation, Representative,
    Restriction, RestrictionValue, SoleProprietor,
};
use proptest::collection::vec;
use proptest::option::of;
use proptest::prelude::*;
use time::{Date, Duration};
use uuid::Uuid;

fn text() -> BoxedStrategy<String> {
    "[А-Яа-яёA-Z<&\"'][А-Яа-я0-9<>&\"'«» \n\t]{0,12}[а-я.№]".boxed()
}

fn word() -> BoxedStrategy<String> {
    "[А-Я][а-я<&\"-]{0,10}[а-я]".boxed()
}

fn digits(count: usize) -> BoxedStrategy<String> {
    proptest::string::string_regex(&format!("[0-9]{{{count}}}"))
        .unwrap()
        .boxed()
}

fn day() -> BoxedStrategy<Date> {
    (0i64..60_000)
        .prop_map(|days| time::macros::date!(1930 - 01 - 01) + Duration::days(days))
        .boxed()
}

fn guid() -> BoxedStrategy<PoaNumber> {
    any::<u128>()
        .prop_map(|bits| PoaNumber(Uuid::from_u128(bits)))
        .boxed()
}

fn address() -> BoxedStrategy<Address> {
    (of(digits(2)), of(guid()), text())
        .prop_map(|(region, fias, text)| Address {
            region,
            fias: fias.map(|one| one.to_string()),
            text,
        })
        .boxed()
}

fn document() -> BoxedStrategy<IdentityDocument> {
    let codes = prop_oneof![Just("21"), Just("10"), Just("07")];
    (codes, text(), of(day()), of(text()), of((digits(3), digits(3))))
        .prop_map(|(kind, number, issued, issuer, code)| IdentityDocument {
            kind: kind.to_owned(),
            number,
            issued,
            issuer,
            issuer_code: code.map(|(one, other)| format!("{one}-{other}")),
        })
        .boxed()
}

/// Without post and proof of it.
fn private() -> BoxedStrategy<Person> {
    (
        (word(), word(), of(word())),
        (of(digits(12)), of(digits(11))),
        (of(day()), of(text()), of(1u8..3), of(1u8..4), of(digits(3))),
        (of(text()), of(text()), of(address()), of(document())),
    )
        .prop_map(|(name, numbers, birth, rest)| Person {
            surname: name.0,
            given_name: name.1,
            patronymic: name.2,
            inn: numbers.0,
            snils: numbers.1,
            born: birth.0,
            birthplace: birth.1,
            sex: birth.2,
            citizenship: birth.3,
            country: birth.4,
            phone: rest.0,
            email: rest.1,
            address: rest.2,
            document: rest.3,
            position: None,
            authority: None,
        })
        .boxed()
}

fn official() -> BoxedStrategy<Person> {
    (private(), of(text()), of(text()))
        .prop_map(|(person, position, authority)| Person {
            position,
            authority,
            ..person
        })
        .boxed()
}

fn organisation() -> BoxedStrategy<LegalEntity> {
    let contact = (of(address()), of(text()), of(text()));
    (text(), digits(10), of(digits(9)), of(digits(13)), contact)
        .prop_map(|(name, inn, kpp, ogrn, (address, phone, email))| LegalEntity {
            name,
            inn,
            kpp,
            ogrn,
            address,
            phone,
            email,
        })
        .boxed()
}

fn foreign() -> BoxedStrategy<ForeignOrganisation> {
    let rest = (of(text()), of(digits(3)), of(text()), of(address()));
    (text(), of(digits(10)), of(digits(9)), rest)
        .prop_map(
            |(name, inn, kpp, (accreditation, country, registration_number, address))| ForeignOrganisation {
                name,
                inn,
                kpp,
                accreditation,
                country,
                registration_number,
                address,
            },
        )
        .boxed()
}

fn proprietor() -> BoxedStrategy<SoleProprietor> {
    (of(text()), digits(15), private(), of(text()))
        .prop_map(|(name, ogrnip, person, authority)| SoleProprietor {
            name,
            ogrnip,
            person: Person { authority, ..person },
        })
        .boxed()
}

fn principal(passed_on: bool) -> BoxedStrategy<Principal> {
    let own =
        (organisation(), vec(official(), 1..3), any::<bool>()).prop_map(|(organisation, heads, together)| {
            Principal::Russian {
                organisation,
                heads,
                managed_by: None,
                managing_proprietor: None,
                heads_together: together,
            }
        });
    let managed =
        (organisation(), vec(official(), 1..3), organisation()).prop_map(|(organisation, heads, company)| {
            Principal::Russian {
                organisation,
                heads,
                managed_by: Some(company),
                managing_proprietor: None,
                heads_together: false,
            }
        });
    let by_proprietor = (organisation(), proprietor()).prop_map(|(organisation, one)| Principal::Russian {
        organisation,
        heads: Vec::new(),
        managed_by: None,
        managing_proprietor: Some(one),
        heads_together: false,
    });
    let abroad = (foreign(), of(official()))
        .prop_map(|(organisation, head)| Principal::Foreign { organisation, head });
    let branch = (organisation(), of(official()))
        .prop_map(|(organisation, head)| Principal::Branch { organisation, head });
    let others = prop_oneof![
        own,
        managed,
        by_proprietor,
        abroad,
        proprietor().prop_map(Principal::SoleProprietor),
        private().prop_map(Principal::Person),
    ];
    if passed_on {
        prop_oneof![5 => others, 1 => branch].boxed()
    } else {
        others.boxed()
    }
}

fn representative() -> BoxedStrategy<Representative> {
    prop_oneof![
        organisation().prop_map(Representative::Organisation),
        proprietor().prop_map(Representative::SoleProprietor),
        official().prop_map(Representative::Person),
        organisation().prop_map(|organisation| Representative::Branch { organisation }),
        foreign().prop_map(|organisation| Representative::ForeignBranch { organisation }),
    ]
    .boxed()
}

fn restriction() -> BoxedStrategy<Restriction> {
    let value = prop_oneof![
        text().prop_map(RestrictionValue::Code),
        text().prop_map(RestrictionValue::Text)
    ];
    (of(digits(2)), text(), text(), of(text()), value)
        .prop_map(|(id, code, name, value_name, value)| Restriction {
            id,
            code,
            name,
            value_name,
            value,
        })
        .boxed()
}

fn powers() -> BoxedStrategy<Powers> {
    let power = (text(), of(text()), text(), vec(restriction(), 0..3)).prop_map(
        |(code, mnemonic, name, restrictions)| Power {
            code,
            mnemonic,
            name,
            restrictions,
        },
    );
    prop_oneof![
        text().prop_map(Powers::Text),
        vec(power, 1..4).prop_map(Powers::Machine)
    ]
    .boxed()
}

fn notary() -> BoxedStrategy<Notary> {
    (
        (word(), word(), of(word())),
        (of(text()), of(text()), of(text()), of(text())),
        of(0u32..100_000),
    )
        .prop_map(|(name, (position, registration, act, place), fee)| Notary {
            name: [Some(name.0), Some(name.1), name.2]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" "),
            position,
            registration,
            act,
            place,
            fee: fee.map(|kopecks| format!("{}.{:02}", kopecks / 100, kopecks % 100)),
        })
        .boxed()
}

fn parent() -> BoxedStrategy<DelegatedFrom> {
    let first = prop_oneof![
        Just((None, None)),
        (digits(10), text()).prop_map(|(inn, name)| (Some(inn), Some(name))),
        (digits(12), word(), word()).prop_map(|(inn, one, two)| (Some(inn), Some(format!("{one} {two}")))),
    ];
    let further = of((guid(), of(day()), of(day())));
    (guid(), of(day()), of(day()), any::<bool>(), first, further)
        .prop_map(
            |(number, issued, expires, notarial, (inn, name), further)| DelegatedFrom {
                first: number,
                parent: further.map_or(number, |(parent, _, _)| parent),
                first_issued: issued,
                first_expires: expires,
                first_notarial: notarial,
                first_principal_inn: inn,
                first_principal_name: name,
                parent_issued: further.and_then(|(_, day, _)| day),
                parent_expires: further.and_then(|(_, _, day)| day),
            },
        )
        .boxed()
}

fn terms() -> BoxedStrategy<PowerOfAttorney> {
    let irrevocable =
        (any::<bool>(), 1u8..3, of(text())).prop_map(|(passed, condition, description)| Irrevocable {
            may_be_passed_on: passed,
            condition: condition.to_string(),
            description,
        });
    let redelegation = prop_oneof![
        Just(Redelegation::Forbidden),
        Just(Redelegation::Once),
        Just(Redelegation::Further)
    ];
    let flags =
        (any::<bool>(), any::<bool>(), any::<bool>(), 0u8..32).prop_map(|(esia, notary, tax, other)| Flags {
            esia,
            notary,
            tax,
            other,
        });
    (
        (guid(), text(), of(day()), day(), 0i64..9_000),
        (flags, of(digits(4)), vec(digits(4), 0..3), text()),
        (of(irrevocable), redelegation, any::<bool>(), any::<bool>()),
        (powers(), of(notary())),
    )
        .prop_map(|(card, purpose, terms, rest)| PowerOfAttorney {
            number: card.0,
            internal_number: Some(card.1),
            internally_registered: card.2,
            issued: card.3,
            expires: card.3 + Duration::days(card.4),
            flags: purpose.0,
            tax_office: purpose.1,
            tax_offices: purpose.2,
            systems: Some(purpose.3),
            irrevocable: terms.0,
            redelegation: terms.1,
            principals: Vec::new(),
            representatives: Vec::new(),
            joint: if terms.2 { Joint::Together } else { Joint::Each },
            lost_on_redelegation: terms.3,
            powers: rest.0,
            notary: rest.1,
            delegated_from: None,
        })
        .boxed()
}

/// Any power of attorney the schema allows.
pub(super) fn any_poa() -> BoxedStrategy<PowerOfAttorney> {
    of(parent())
        .prop_flat_map(|from| {
            let passed_on = from.is_some();
            (
                terms(),
                vec(principal(passed_on), 1..3),
                vec(representative(), 1..4),
                Just(from),
            )
                .prop_map(|(terms, principals, representatives, delegated_from)| {
                    PowerOfAttorney {
                        principals,
                        representatives,
                        delegated_from,
                        ..terms
                    }
                })
        })
        .boxed()
}
