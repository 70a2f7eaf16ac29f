//! A small press of twenty articles in both languages, with the facts that fields ask for.

use sihafa::record::Record;
use sihafa::record::fact::{
    Bound, Convention, ConventionStatus, Date, Kind, Operation, OperationStatus, Partner, Place,
    Procedure, Role, Span,
};

use super::record;

/// Id, language, country, day, title, text.
const ARTICLES: [(&str, &str, &str, &str, &str, &str); 20] = [
    (
        "fr-jumelage",
        "fr",
        "dz",
        "2024-05-30",
        "Jumelage entre les CHU d'Oran et d'Adrar",
        "Une convention de jumelage a été signée jeudi entre le CHU d'Oran et l'hôpital d'Adrar. Des équipes médicales se déplaceront dans le Sud.",
    ),
    (
        "ar-jumelage",
        "ar",
        "dz",
        "2024-05-30",
        "توأمة بين المركز الاستشفائي الجامعي لوهران ومستشفى أدرار",
        "وُقّعت اليوم اتفاقية توأمة بين المستشفى الجامعي بوهران ومستشفى أدرار تحت إشراف وزير الصحة.",
    ),
    (
        "fr-jumelage-copie",
        "fr",
        "dz",
        "2024-05-31",
        "Jumelage entre les CHU d'Oran et d'Adrar",
        "Une convention de jumelage a été signée jeudi entre le CHU d'Oran et l'hôpital d'Adrar. Des équipes médicales se déplaceront dans le Sud.",
    ),
    (
        "fr-cataracte",
        "fr",
        "dz",
        "2023-03-14",
        "Soixante opérations de la cataracte à Tamanrasset",
        "Une équipe d'ophtalmologie a réalisé 60 opérations de la cataracte au profit des malades de Tamanrasset.",
    ),
    (
        "ar-cataracte",
        "ar",
        "ma",
        "2023-11-02",
        "إجراء عمليات الساد في مراكش",
        "أجرى فريق طبي 120 عملية جراحية لإزالة المياه البيضاء بمستشفى مراكش.",
    ),
    (
        "fr-cadre",
        "fr",
        "tn",
        "2024-01-10",
        "Accord-cadre entre Tunis et Lyon",
        "Le ministère de la Santé a signé un accord cadre avec les hospices de Lyon pour la formation des médecins.",
    ),
    (
        "fr-cadre-non",
        "fr",
        "tn",
        "2022-06-01",
        "Un cadre de vie meilleur",
        "Les habitants attendent un accord sur le cadre de vie du quartier.",
    ),
    (
        "ar-sang",
        "ar",
        "tn",
        "2024-02-05",
        "حملة للتبرع بالدم",
        "نظم الهلال الأحمر حملة للتبرع بالدم في ولاية صفاقس.",
    ),
    (
        "fr-sang",
        "fr",
        "dz",
        "2021-07-20",
        "Collecte de sang à Blida",
        "Le don de sang a mobilisé deux cents volontaires à Blida.",
    ),
    (
        "fr-greffe",
        "fr",
        "ma",
        "2024-04-01",
        "Première greffe de foie à Casablanca",
        "Les chirurgiens du CHU Ibn Rochd de Casablanca ont réalisé une greffe de foie.",
    ),
    (
        "ar-greffe",
        "ar",
        "dz",
        "2022-12-12",
        "زراعة الكلى في باتنة",
        "نجح أطباء المستشفى الجامعي بباتنة في إجراء عمليات زرع الكلى.",
    ),
    (
        "fr-vaccin",
        "fr",
        "dz",
        "2021-01-30",
        "Début de la vaccination à Blida",
        "La campagne de vaccination contre la Covid-19 a commencé à Blida.",
    ),
    (
        "ar-vaccin",
        "ar",
        "ma",
        "2021-02-01",
        "انطلاق حملة التلقيح",
        "انطلقت حملة التلقيح ضد كوفيد في الدار البيضاء والرباط.",
    ),
    (
        "fr-cardio",
        "fr",
        "dz",
        "2023-09-09",
        "Cardiologie: cent cathétérismes à Ouargla",
        "Le service de cardiologie a accueilli des cardiologues d'Alger pour une semaine de cathétérisme.",
    ),
    (
        "ar-sud",
        "ar",
        "dz",
        "2023-10-10",
        "قافلة طبية إلى الجنوب",
        "توجهت قافلة طبية تضم أطباء مختصين في جراحة القلب إلى ورقلة.",
    ),
    (
        "fr-budget",
        "fr",
        "ma",
        "2020-10-10",
        "Le budget de la santé en hausse",
        "Le ministre a présenté le budget de la santé pour l'année prochaine.",
    ),
    (
        "ar-mizaniya",
        "ar",
        "tn",
        "2020-11-11",
        "ميزانية وزارة الصحة",
        "ناقش النواب ميزانية وزارة الصحة.",
    ),
    (
        "fr-dialyse",
        "fr",
        "tn",
        "2019-05-05",
        "Nouveau centre d'hémodialyse à Gafsa",
        "Le centre de dialyse de Gafsa recevra quarante patients.",
    ),
    (
        "fr-nom",
        "fr",
        "dz",
        "2020-03-03",
        "Le Pr Benbouzid en visite à Béchar",
        "Le ministre Abderrahmane Benbouzid a visité l'hôpital de Béchar.",
    ),
    (
        "en-note",
        "en",
        "dz",
        "2020-04-04",
        "Hospitals twinned",
        "Two hospitals were twinned on Monday.",
    ),
];

/// The records of the press, facts included.
pub(crate) fn records() -> Vec<Record> {
    ARTICLES.iter().map(|row| article(*row)).collect()
}

fn article((id, lang, country, day, title, text): (&str, &str, &str, &str, &str, &str)) -> Record {
    let mut record = record(id, lang, title, text);
    record.country = Some(country.to_owned());
    record.source = Some(format!("paper-{country}"));
    record.published = Some(format!("{day}T09:30:00+01:00"));
    match id {
        "fr-jumelage" | "ar-jumelage" | "fr-jumelage-copie" => {
            record.conventions.push(twinning(lang));
        }
        "ar-greffe" => record.operations.push(Operation {
            facility: Some(Place {
                name: "مصحة بوشنتوف".to_owned(),
                id: None,
                span: Span::body(0, 1),
            }),
            ..operations(7)
        }),
        "fr-cataracte" => record.operations.push(operations(60)),
        "ar-cataracte" => record.operations.push(operations(120)),
        _ => {}
    }
    if id == "fr-jumelage-copie" {
        record.duplicate_of = Some("fr-jumelage".to_owned());
    }
    record
}

fn twinning(lang: &str) -> Convention {
    let [oran, adrar] = if lang == "ar" {
        ["المستشفى الجامعي بوهران", "مستشفى أدرار"]
    } else {
        ["CHU d'Oran", "hôpital d'Adrar"]
    };
    Convention {
        kind: Kind::Twinning,
        status: ConventionStatus::Signed,
        number: Some(1),
        bound: Some(Bound::Exact),
        partners: vec![partner(oran, Some("dz/chu-oran")), partner(adrar, None)],
        date: Some(Date {
            value: Some("2024-05-30".to_owned()),
            text: "jeudi".to_owned(),
            span: Span::body(0, 1),
        }),
        place: None,
        subject: None,
        dossier: Some("dossier-oran-adrar".to_owned()),
        evidence: Vec::new(),
    }
}

fn partner(name: &str, id: Option<&str>) -> Partner {
    Partner {
        name: name.to_owned(),
        id: id.map(str::to_owned),
        class: Some("hospital".to_owned()),
        role: Role::Party,
        aliases: Vec::new(),
        span: Span::body(0, 1),
    }
}

fn operations(count: u64) -> Operation {
    Operation {
        count,
        max: None,
        bound: Bound::Exact,
        procedure: Procedure::Surgery,
        specialty: Some("cataract".to_owned()),
        status: OperationStatus::Performed,
        facility: Some(Place {
            name: "hôpital de Tamanrasset".to_owned(),
            id: None,
            span: Span::body(0, 1),
        }),
        team: None,
        date: None,
        evidence: Vec::new(),
    }
}
