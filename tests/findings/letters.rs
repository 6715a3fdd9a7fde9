//! Servers that do not keep texts letter by letter.

use crate::{
    servers::letters::{a_member, values_are_composed, values_are_trimmed, values_are_typed},
    table::Row,
};

pub(crate) fn rows() -> Vec<Row> {
    vec![
        Row::behaviour(
            "values of variables are trimmed",
            &["RSP-SHAPE-ENV"],
            &[
                &[("fixture", "blanks")],
                &[("sets", "Environment")],
                &[("fixture", "blanks"), ("sets", "Environment")],
            ],
            values_are_trimmed(),
        ),
        Row::behaviour(
            "values of variables are composed",
            &["RSP-SHAPE-ENV"],
            &[
                &[("fixture", "unicode")],
                &[("sets", "Environment")],
                &[("fixture", "unicode"), ("sets", "Environment")],
            ],
            values_are_composed(),
        ),
        Row::behaviour(
            "values of variables are typed",
            &["RSP-SHAPE-ENV"],
            &[
                &[("fixture", "like-other-types")],
                &[("sets", "Environment")],
                &[("fixture", "like-other-types"), ("sets", "Environment")],
            ],
            values_are_typed(),
        ),
        Row::behaviour(
            "descriptions are folded",
            &["RSP-DESC-TYPE"],
            &[
                &[("fixture", "letter-case")],
                &[("sets", "Description")],
                &[("fixture", "letter-case"), ("sets", "Description")],
            ],
            a_member("Description", str::to_lowercase),
        ),
        Row::behaviour(
            "handlers are folded",
            &["RSP-HANDLER-TYPE"],
            &[
                &[("fixture", "letter-case")],
                &[("sets", "Handler")],
                &[("fixture", "letter-case"), ("sets", "Handler")],
            ],
            a_member("Handler", str::to_lowercase),
        ),
        Row::behaviour(
            "descriptions are trimmed",
            &["RSP-DESC-TYPE"],
            &[&[("fixture", "blanks")], &[("sets", "Description")]],
            a_member("Description", |text| text.trim().to_owned()),
        )
        .unnoticed("what AWS makes of blanks at the ends of a description is not on record"),
    ]
}
