//! Every way to name a function, a version and an alias.

use crate::{
    mock::REGION,
    world::{ACCOUNT, World, arn},
};

#[tokio::test]
async fn every_format_with_every_qualifier() {
    // with and without: the SDK escapes `:` and `$` in the path, and signs what it escapes
    for flags in [&["--auth"][..], &[]] {
        let world = World::new(flags);
        world.published("f").await;
        let formats = [
            "f".to_owned(),
            "function:f".to_owned(),
            format!("{ACCOUNT}:f"),
            format!("{ACCOUNT}:function:f"),
            format!("{REGION}:{ACCOUNT}:function:f"),
            arn("f", None),
        ];
        let mut due = Vec::new();
        for (qualifier, version, memory, description) in [
            (None, "$LATEST", 256, ""),
            (Some("$LATEST"), "$LATEST", 256, ""),
            (Some("1"), "1", 128, "the first"),
            (Some("live"), "1", 128, "the first"),
        ] {
            let read = world.read("f", qualifier).await;
            assert_eq!(
                (&*read.version, read.memory, &*read.description),
                (version, Some(memory), description)
            );
            assert_eq!((&*read.name, &*read.arn), ("f", &*arn("f", qualifier)));
            assert!(read.settled(), "{read:?}");
            due.push((qualifier, read));
        }
        let [latest, same, version, alias] =
            [0, 1, 2, 3].map(|index: usize| &due[index].1.revision);
        assert!(latest == same && version == alias && latest != version);

        let mut reads = 0;
        for format in &formats {
            for (qualifier, due) in &due {
                let suffixed = qualifier.map(|qualifier| format!("{format}:{qualifier}"));
                let mut ways = vec![(format.as_str(), *qualifier)];
                if let Some(suffixed) = &suffixed {
                    ways.extend([(suffixed.as_str(), None), (suffixed.as_str(), *qualifier)]);
                }
                for (name, qualifier) in ways {
                    assert_eq!(
                        &world.read(name, qualifier).await,
                        due,
                        "{name} with {qualifier:?}"
                    );
                    reads += 1;
                }
            }
        }
        assert_eq!(reads, formats.len() * (1 + 3 * 3));
        let last = world.sent.last();
        let escaped = "function%3Af%3Alive/configuration?Qualifier=live";
        assert!(last.ends_with(escaped), "the SDK escapes no longer: {last}");
    }
}
