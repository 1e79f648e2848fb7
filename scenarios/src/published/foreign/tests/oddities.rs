//! Texts that are nobody's: no reader may fall over them.

use super::*;

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(400))]

    #[test]
    fn no_text_is_too_odd_for_any_reader(
        pieces in proptest::collection::vec(0..PIECES.len(), 0..24), odd in "\\PC{0,3}", size in "\\PC{0,2}\\{size\\}\\PC{0,2}",
    ) {
        let text: String = pieces.iter().map(|piece| if PIECES[*piece].is_empty() { odd.as_str() } else { PIECES[*piece] }).collect();
        let source = Source::new("criterion/a/new/estimates.json", text);
        let path = Path::new(&source.name);
        let _ = recognised::recognised(&source);
        let sizes = [size.parse::<SizePattern>().expect("a pattern")];
        let import = Import { unit: Some(TimeUnit::Seconds), sizes: &sizes, ..asked(path) };
        for format in ALL {
            if let Ok(mut found) = read(path, &source, format, &import) {
                let _ = sized(&mut found.figures, &mut found.passed_over, &import);
                let _ = rows::rows(found.figures, &import, &mut found.passed_over);
            }
        }
    }
}

const ALL: [Format; 11] = [
    Format::Criterion,
    Format::Critcmp,
    Format::CargoCriterion,
    Format::Go,
    Format::GoJson,
    Format::Libtest,
    Format::Hyperfine,
    Format::Bmf,
    Format::Zkalc,
    Format::Csp,
    Format::ZkHarness,
];

/// What the files are made of; the empty one stands for something odd.
const PIECES: [&str; 40] = [
    "",
    "",
    "{",
    "}",
    "[",
    "]",
    ",",
    ";",
    ":",
    "\"",
    "\\",
    "\n",
    " ",
    "1",
    "-5",
    "1e308",
    "NaN",
    "-Infinity",
    "µ",
    "\u{feff}",
    "\u{1b}[",
    "\"mean\"",
    "\"point_estimate\":",
    "\"results\":",
    "\"range\":[1]",
    "\"latency\":{\"value\":",
    "\"Action\":\"output\"",
    "\"Output\":\"",
    "\"reason\":\"benchmark-complete\"",
    "\"measurements\":",
    "\"proof_duration\":",
    "\nBenchmarkA-4 100 ",
    " ns/op\n",
    "\nkey: value\n",
    "\ntest x ... bench: ",
    " ns/iter",
    "framework,backend,curve,circuit,operation,nbConstraints,time,ram(mb)\n",
    "\na,b,c,d,e,1,2,3\n",
    "\na,b,c,d,e,,1e308,\n",
    "12:00:01\t",
];
