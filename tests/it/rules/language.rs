//! Holds each construct of the rule language to what it matches.

use super::{Lang, Mention, Text, pack, rule, show, sift};

/// What `expression` matches in `source`, as words.
#[track_caller]
fn check_lang(lang: Lang, expression: &str, source: &str, expect: &[&str]) {
    let pack = pack(lang, &rule("r", &format!("match = '''{expression}'''")));
    let text = Text::new(source, lang);
    let found = show(&text, &sift(&pack, lang, "first", &text, &[]).won);
    let expect: Vec<_> = expect.iter().map(|words| format!("r: {words}")).collect();
    assert_eq!(found, expect, "{expression} over {source}");
}

#[track_caller]
fn check(expression: &str, source: &str, expect: &[&str]) {
    check_lang(Lang::Fr, expression, source, expect);
}

#[test]
fn words_are_folded_and_quoted_words_are_not() {
    check(
        "médecin",
        "Le MEDECIN et le médecin",
        &["MEDECIN", "médecin"],
    );
    check("\"à\"", "il a été à Oran", &["à"]);
    check("à l'hôpital", "A L’HOPITAL, il va", &["A L’HOPITAL"]);
    check(
        "C.H.U.",
        "Le C.H.U. de Bab El Oued et le CHU",
        &["C.H.U.", "CHU"],
    );
    check(", | ;", "a, b; c", &[",", ";"]);
}

#[test]
fn a_literal_stands_for_the_spellings_that_the_pack_names() {
    check(
        "accord de <ANY>",
        "accord d'Oran, accord du CHU",
        &["accord d'Oran", "accord du CHU"],
    );
    check("du <ANY>", "accord d'Oran, accord du CHU", &["du CHU"]);
}

#[test]
fn lexicons_by_name_feature_value_and_id() {
    let source = "un accord, des conventions, un jumelage";
    check("@word", source, &["accord", "conventions", "jumelage"]);
    check("@word:head", source, &["accord", "conventions"]);
    check("@word:strong=yes", source, &["conventions"]);
    check("@word:id=twinning", source, &["jumelage"]);
}

#[test]
fn a_name_of_several_words_is_tried_longest_first_then_shorter() {
    check("@word", "la convention cadre", &["convention cadre"]);
    check("@word cadre", "la convention cadre", &["convention cadre"]);
    check(
        "@word:head ..2 signée",
        "la convention cadre signée",
        &["convention cadre signée"],
    );
}

#[test]
fn groups_choices_and_repetitions() {
    check("a b? c", "a c, a b c, a b b c", &["a c", "a b c"]);
    check("a (b | d)* c", "a b d b c", &["a b d b c"]);
    check("a b{2} c", "a b c a b b c", &["a b b c"]);
    check("a b{2,} c", "a b b b b c", &["a b b b b c"]);
    check("a (b c)+", "a b c b c b", &["a b c b c"]);
    check("(a?)* b", "a a b", &["a a b"]);
}

#[test]
fn a_gap_is_short_as_can_be_and_stays_in_its_sentence() {
    check("a ..3 z", "a x z y z", &["a x z"]);
    check("a ..1 z", "a x y z", &[]);
    check("accord ..9 Oran", "Un accord. Il va à Oran", &[]);
}

#[test]
fn shapes() {
    check("<CAP>+", "Le CHU d'Oran", &["Le CHU", "Oran"]);
    check("<CAPS>", "Le CHU d'Oran", &["CHU"]);
    check("<DIGITS> <LATIN>", "12 actes", &["12 actes"]);
}

#[test]
fn clitics_are_tested_by_themselves_and_on_entries() {
    let source = "اتفاقية واتفاقية وبالتوأمة";
    check_lang(Lang::Ar, "@word<+w>", source, &["واتفاقية", "وبالتوأمة"]);
    check_lang(Lang::Ar, "<+b>", source, &["وبالتوأمة"]);
    check_lang(
        Lang::Ar,
        "<+al>",
        "المصحة بلدة للمصحة",
        &["المصحة", "للمصحة"],
    );
}

#[test]
fn types_of_earlier_stages_span_tokens_and_may_overlap() {
    let rules = rule("r", "match = 'entre {p: <ORG>} (et {p: <ORG>})+'").replace("first", "second");
    let pack = pack(Lang::Fr, &rules);
    let text = Text::new("accord entre le CHU d'Oran et la DSP et la CNAS", Lang::Fr);
    let org = |first, end| Mention {
        first,
        end,
        kind: "ORG",
    };
    let mentions = [org(10, 12), org(2, 4), org(2, 6), org(7, 9)];
    let sifted = sift(&pack, Lang::Fr, "second", &text, &mentions);
    let captured: Vec<_> = sifted.won[0].captures("p").map(|t| text.slice(t)).collect();
    assert_eq!(captured, ["le CHU d'Oran", "la DSP", "la CNAS"]);
}

#[test]
fn settings_take_literals_and_entries() {
    let settings = "match = '@word ..3 {kind: @word:kind}'\n\
                    set = { kind = \"$kind.id\", head = \"$word.id\", status = \"planned\", n = 3 }";
    let pack = pack(Lang::Fr, &rule("r", settings));
    let text = Text::new("une convention de jumelage", Lang::Fr);
    let rules = pack.rules(Lang::Fr);
    let annotations = rules.lexicons().annotate(&text);
    let hits = rules.run("first", &text, &annotations, &[]);
    let set = |key| rules.setting(&hits[0], key, &annotations);
    assert_eq!(set("kind"), Some("twinning"));
    assert_eq!(set("head"), Some("agreement"));
    assert_eq!(set("status"), Some("planned"));
    assert_eq!(set("n"), Some("3"));
    assert_eq!(set("other"), None);
}

#[test]
fn guards_take_hits_away() {
    #[track_caller]
    fn check(guard: &str, source: &str, won: usize, guarded: usize) {
        let rest = format!("match = '@word ..3 signée'\n{guard}");
        let pack = pack(Lang::Fr, &rule("r", &rest));
        let text = Text::new(source, Lang::Fr);
        let sifted = sift(&pack, Lang::Fr, "first", &text, &[]);
        assert_eq!(
            (sifted.won.len(), sifted.guarded.len()),
            (won, guarded),
            "{guard}"
        );
    }
    let inside = "unless_inside = ['@word collective']";
    check(inside, "une convention collective signée", 0, 1);
    check(inside, "une convention médicale signée", 1, 0);
    let after = "unless_after = ['(sans | aucune) <ANY>?']";
    check(after, "sans vraie convention signée", 0, 1);
    check(after, "sans une seule convention signée", 1, 0);
    let before = "unless_before = ['par ..2 erreur']";
    check(before, "convention signée par pure erreur", 0, 1);
    check(before, "convention signée par le CHU", 1, 0);
}

#[test]
fn hits_compete_by_place_length_priority_and_id() {
    let rules = [
        rule("short", "match = 'a b'"),
        rule("long", "match = 'a b c'"),
        rule("later", "match = 'c d'"),
        rule("same_low", "match = 'x y'"),
        rule("same_high", "match = 'x <ANY>'\npriority = 5"),
    ];
    let pack = pack(Lang::Fr, &rules.concat());
    let text = Text::new("a b c d x y", Lang::Fr);
    let sifted = sift(&pack, Lang::Fr, "first", &text, &[]);
    assert_eq!(show(&text, &sifted.won), ["long: a b c", "same_high: x y"]);
    assert_eq!(
        show(&text, &sifted.lost),
        ["short: a b", "later: c d", "same_low: x y"]
    );
}

#[test]
fn hits_that_emit_different_things_may_share_tokens_where_the_stage_says_so() {
    let one = rule("one", "match = 'a b c'");
    let two = rule("two", "match = 'b'").replace("thing", "other");
    let rules = format!("{one}{two}");
    let side = pack(Lang::Fr, &rules.replace("first", "second"));
    let text = Text::new("a b c", Lang::Fr);
    assert_eq!(sift(&side, Lang::Fr, "second", &text, &[]).won.len(), 2);
    assert_eq!(
        sift(&pack(Lang::Fr, &rules), Lang::Fr, "first", &text, &[])
            .won
            .len(),
        1
    );
}
