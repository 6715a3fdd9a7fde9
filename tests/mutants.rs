//! The suite bites.

#[path = "world/answered.rs"]
mod answered;
mod world;

use lambda_conformance::{
    level::Level,
    mutant::{self, Mutation},
};
use std::collections::BTreeMap;

#[tokio::test]
async fn probe() {
    let library = world::library();
    let started = std::time::Instant::now();
    let all = answered::answered(&library).await;
    println!("answered in {:?}", started.elapsed());
    let elsewhere = mutant::values(
        all.iter()
            .flat_map(|one| one.own())
            .map(|(_, answer)| answer),
    );
    let started = std::time::Instant::now();
    let mut count = 0;
    let mut caught: BTreeMap<Mutation, [usize; 4]> = BTreeMap::new();
    let mut survivors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let handles: Vec<_> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|n| {
                let all = &all;
                let elsewhere = &elsewhere;
                scope.spawn(move || {
                    let mut out = Vec::new();
                    for one in all.iter().skip(n).step_by(2) {
                        for (step, answer) in one.own() {
                            for mutant in mutant::mutants(answer, elsewhere) {
                                let found = one.judged(step, &mutant.answer);
                                let at =
                                    Level::ALL.map(|level| found.iter().any(|m| m.level <= level));
                                out.push((
                                    one.case.id.clone(),
                                    one.case.steps[step].name.clone(),
                                    answer.status,
                                    mutant.to_string(),
                                    mutant.mutation,
                                    at,
                                ));
                            }
                        }
                    }
                    out
                })
            })
            .collect();
        workers.into_iter().map(|w| w.join().unwrap()).collect()
    });
    for (case, step, status, name, mutation, at) in handles.into_iter().flatten() {
        count += 1;
        let row = caught.entry(mutation).or_default();
        row[3] += 1;
        for i in 0..3 {
            row[i] += usize::from(at[i]);
        }
        if !at[2] {
            survivors
                .entry(format!("{status} {name}"))
                .or_default()
                .push(format!("{case} {step}"));
        }
    }
    println!("{count} mutants in {:?}", started.elapsed());
    let mut sum = [0usize; 4];
    for (mutation, row) in &caught {
        println!("{mutation:?} {row:?}");
        for i in 0..4 {
            sum[i] += row[i];
        }
    }
    println!("{sum:?} {:.4}", sum[2] as f64 / sum[3] as f64);
    for (name, cases) in &survivors {
        println!(
            "{} {name}: {}",
            cases.len(),
            cases
                .iter()
                .take(4)
                .cloned()
                .collect::<Vec<_>>()
                .join(", ")
                .replace("lambda/get-function-configuration/", "")
        );
    }
}
