//! No circles between files: no file uses one that uses it, itself or by way of others.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    house::sources,
    uses::{Graph, graph},
};

/// The groups of files that reach one another.
fn circles(graph: &Graph) -> Vec<Vec<&str>> {
    let reach: BTreeMap<&str, BTreeSet<&str>> = graph
        .keys()
        .map(|file| {
            let mut seen = BTreeSet::new();
            let mut next = vec![file.as_str()];
            while let Some(at) = next.pop() {
                for other in graph.get(at).into_iter().flatten() {
                    if seen.insert(other.as_str()) {
                        next.push(other);
                    }
                }
            }
            (file.as_str(), seen)
        })
        .collect();
    let both = |one: &str, other: &str| reach[one].contains(other) && reach[other].contains(one);
    let groups: BTreeSet<Vec<&str>> = graph
        .keys()
        .filter(|file| reach[file.as_str()].contains(file.as_str()))
        .map(|file| {
            let others = graph.keys().map(String::as_str);
            others.filter(|other| both(file, other)).collect()
        })
        .collect();
    groups.into_iter().collect()
}

/// A graph by the uses that are written.
fn drawn(uses: &[(&str, &str)]) -> Graph {
    let mut graph = Graph::new();
    for (one, other) in uses {
        graph.entry((*other).to_owned()).or_default();
        let used = graph.entry((*one).to_owned()).or_default();
        used.insert((*other).to_owned());
    }
    graph
}

#[test]
fn no_files_use_one_another_in_a_circle() {
    let graph = graph(&sources());
    let uses: usize = graph.values().map(BTreeSet::len).sum();
    assert!(
        uses > 500,
        "only {uses} uses were found: this test does not see them"
    );
    let told: Vec<String> = circles(&graph)
        .iter()
        .map(|circle| {
            let within = |file: &&str| -> Vec<&str> {
                let others = graph[*file].iter().map(String::as_str);
                others.filter(|other| circle.contains(other)).collect()
            };
            let lines = circle
                .iter()
                .map(|file| format!("  {file} uses {:?}", within(file)));
            lines.collect::<Vec<_>>().join("\n")
        })
        .collect();
    assert!(
        told.is_empty(),
        "files use one another:\n{}",
        told.join("\n\n")
    );
}

#[test]
fn a_circle_is_found_in_a_graph() {
    let straight = [("a", "b"), ("b", "c"), ("a", "c"), ("d", "c")];
    assert_eq!(circles(&drawn(&straight)), [[""; 0]; 0]);
    let round = [&straight[..], &[("c", "a")]].concat();
    assert_eq!(circles(&drawn(&round)), [["a", "b", "c"]]);
    let twice = [&round[..], &[("d", "e"), ("e", "d")]].concat();
    assert_eq!(
        circles(&drawn(&twice)),
        [vec!["a", "b", "c"], vec!["d", "e"]]
    );
}

#[test]
fn a_circle_is_found_in_code() {
    let found = |files: &[(&str, &str)]| {
        let sources = files
            .iter()
            .map(|(file, code)| ((*file).to_owned(), (*code).to_owned()));
        let graph = graph(&sources.collect());
        let circles = circles(&graph);
        let names = circles.into_iter().flatten().map(str::to_owned);
        names.collect::<Vec<String>>()
    };
    let leaf = ("shop/shelf.rs", "pub struct Shelf;");
    let plain = "mod shelf;\nmod till;\npub(crate) use shelf::Shelf;\n";
    let none: [&str; 0] = [];

    // who passes on what a child has uses nothing of it
    let till = (
        "shop/till.rs",
        "use super::Shelf;\nfn open(shelf: Shelf) {}",
    );
    assert_eq!(found(&[leaf, till, ("shop.rs", plain)]), none);
    let uses = format!("{plain}fn front() {{ till::open(Shelf) }}");
    assert_eq!(found(&[leaf, till, ("shop.rs", &uses)]), none);

    // a parent and a child use one another, by an import, a path, or an item that is passed on
    for (shop, till) in [
        (
            "mod till;\nuse till::open;\npub struct Shop;",
            "use super::Shop;",
        ),
        (
            "mod till;\npub struct Shop;\nfn a() { till::open() }",
            "use crate::shop::Shop;",
        ),
        (
            "mod till;\npub use till::Till;\npub struct Shop(Till);",
            "fn a(shop: super::Shop) {}",
        ),
    ] {
        let files = [("shop.rs", shop), ("shop/till.rs", till)];
        assert_eq!(found(&files), ["shop.rs", "shop/till.rs"], "{shop}");
    }

    // three of one folder, through lists and other names
    let files = [
        (
            "a.rs",
            "use crate::{\n    b::{self, One as Two},\n    c::Three,\n};\npub struct A;",
        ),
        ("b.rs", "use crate::c;\nfn b() -> c::Three {}"),
        ("c.rs", "fn c() { crate::a::A }"),
    ];
    assert_eq!(found(&files), ["a.rs", "b.rs", "c.rs"]);
}
