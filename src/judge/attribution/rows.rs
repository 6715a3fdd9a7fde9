//! Attribution row by row, in the bookshop.

use std::collections::BTreeSet;

use rstest::rstest;

use super::{
    attribute,
    bookshop::{case, shown, suite, unmet},
};

#[rstest]
// rows 12 to 14: whose it is
#[case("TITLE", &["case body.Title changed documented"], &["own TITLE body.Title documented documented"])]
#[case("ISBN", &["case body.Title changed documented"], &["common TITLE body.Title documented documented"])]
#[case("TYPE", &["invariant headers.content-type changed observed @TYPE"], &["common TYPE headers.content-type observed observed"])]
#[case("STOCK", &["presence body.Stock missing observed @STOCK-DUE"], &["common STOCK-DUE body.Stock observed observed"])]
#[case("STOCK-DUE", &["presence body.Stock missing observed @STOCK-DUE"], &["own STOCK-DUE body.Stock observed observed"])]
#[case("SAME", &["relation:0.0 body.Title changed observed @SAME"], &["own SAME body.Title observed observed"])]
#[case("TITLE", &["relation:0.0 body.Title changed observed @SAME"], &["common SAME body.Title observed observed"])]
#[case("ERROR", &["snapshot error changed observed /again"], &["own ERROR error observed observed"])]
#[case("ERROR", &["snapshot error changed observed"], &["common ERROR error observed observed"])]
#[case("TITLE", &["snapshot body.Title changed observed"], &["own TITLE body.Title observed documented"])]
#[case("TITLE", &["snapshot body.Revision changed observed"], &["common REVISION body.Revision observed observed"])]
// rows a to e: for which clause
#[case("BOOK TITLE", &["case body.Title changed documented"], &["own TITLE body.Title documented documented"])]
#[case("BOOK", &["case body.Title changed documented"], &["own BOOK body.Title documented documented"])]
#[case("BOOK", &["case body.Title changed observed"], &["own BOOK body.Title observed observed"])]
#[case("TITLE-LEN TITLE", &["case body.Title changed documented"], &["own TITLE-LEN body.Title documented model"])]
#[case("ISBN-GUESS ISBN", &["case body.Isbn changed documented"], &["own ISBN body.Isbn documented documented"])]
#[case("ISBN-GUESS", &["case body.Isbn changed documented"], &["common ISBN body.Isbn documented documented"])]
#[case("TITLE", &["schema:maxLength body.Title changed documented"], &["common TITLE-LEN body.Title documented model"])]
#[case("TITLE", &["schema:minLength body.Title changed documented"], &["own TITLE body.Title documented documented"])]
#[case("PRICE", &["schema:type body.Price.Amount changed documented"], &["common AMOUNT body.Price.Amount documented documented"])]
#[case("PRICE", &["schema:type body.Price changed documented"], &["own PRICE body.Price documented observed"])]
#[case("ISBN-GUESS", &["schema:pattern body.Isbn changed documented"], &["common ISBN body.Isbn documented documented"])]
#[case("STOCK", &["snapshot body.Stock missing observed"], &["common STOCK-DUE body.Stock observed observed"])]
#[case("STOCK", &["snapshot body.Stock changed observed"], &["own STOCK body.Stock observed observed"])]
#[case("SHELF-GUESS TITLE", &["case connection missing documented"], &["own TITLE connection documented documented"])]
// row 1: what follows from the status
#[case("STATUS TITLE", &["case status changed documented", "case body.Title missing documented"], &["own STATUS status documented documented"])]
#[case("STATUS TITLE", &["case body.Title missing documented", "case status changed documented"], &["own STATUS status documented documented"])]
#[case("STATUS ERROR", &["case status changed documented", "case error missing documented"], &["own STATUS status documented documented", "own ERROR error documented documented"])]
#[case("STATUS TITLE", &["case status changed documented", "case body.Title changed documented ~2"], &["own STATUS status documented documented", "own TITLE body.Title documented documented"])]
#[case("TITLE", &["case status changed inferred /third", "case body.Title changed documented /third"], &["inferred status"])]
#[case("STATUS TITLE", &["case status changed documented", "schema:maxLength body.Title changed documented"], &["own STATUS status documented documented", "common TITLE-LEN body.Title documented model"])]
#[case("STATUS TITLE", &["case status changed documented |", "case body.Title changed documented"], &["own STATUS status documented documented", "own TITLE body.Title documented documented"])]
#[case("TITLE", &["case status changed inferred | /third", "case body.Title changed documented /third"], &["own TITLE body.Title documented documented", "inferred status"])]
#[case("STATUS TITLE", &["case status changed documented", "case body.Title changed documented |"], &["own STATUS status documented documented"])]
// rows 2 and 3: what follows from a body that cannot be read
#[case("TITLE", &["case body.Title unreadable documented", "case body.Isbn unreadable documented"], &["own TITLE body.Title documented documented"])]
#[case("TITLE", &["case body.Title unreadable documented", "case body.Title unreadable documented /again"], &["own TITLE body.Title documented documented"])]
#[case("ISBN TITLE", &["case body.Isbn unreadable documented", "case body.Title unreadable documented /again"], &["own ISBN body.Isbn documented documented", "own TITLE body.Title documented documented"])]
#[case("TITLE", &["invariant body unreadable documented @BOOK", "invariant body.Title unreadable documented @TITLE"], &["common BOOK body documented documented"])]
#[case("TITLE", &["invariant type unreadable documented @ERROR"], &[])]
#[case("TITLE", &["invariant headers.content-type unreadable observed @TYPE"], &["common TYPE headers.content-type observed observed"])]
// rows 4 and 5: what another relation, or another pair, says
#[case("SAME PRICE", &["relation:0.0 body.Price.Amount changed observed @SAME", "relation:1.0 body.Price.Amount changed observed @PRICE"], &["own PRICE body.Price.Amount observed observed"])]
#[case("SAME", &["relation:0.0 body.Revision changed observed @SAME"], &["own SAME body.Revision observed observed"])]
#[case("SAME", &["relation:0.0 body.Title changed observed @SAME", "relation:0.1 body.Isbn changed observed @SAME"], &["own SAME body.Title observed observed"])]
#[case("SAME", &["relation:0.0 body.Price changed observed @SAME", "relation:0.1 body.Isbn changed observed @SAME"], &["own SAME body.Isbn observed observed"])]
#[case("SAME", &["relation:0.3 body.Title changed observed @SAME", "relation:0.3 body.Isbn changed observed @SAME"], &["own SAME body.Title observed observed", "own SAME body.Isbn observed observed"])]
// row 6: what the case leaves open
#[case("BOOK", &["snapshot body.Shelf changed observed"], &[])]
#[case("BOOK", &["snapshot body.Cover changed observed"], &[])]
#[case("ERROR", &["snapshot violations changed observed /again"], &[])]
#[case("BOOK", &["snapshot body.Title changed observed /third"], &[])]
// row 7: what is said already
#[case("TITLE", &["case body.Title changed documented", "snapshot body.Title changed observed"], &["own TITLE body.Title documented documented"])]
#[case("TITLE", &["snapshot body.Title changed observed", "case body.Title changed documented"], &["own TITLE body.Title documented documented"])]
#[case("AMOUNT", &["schema:type body.Price changed documented", "snapshot body.Price.Amount missing observed"], &["common PRICE body.Price documented observed"])]
#[case("AMOUNT", &["schema:type body.Price.Amount changed documented", "snapshot body.Price changed observed"], &["own AMOUNT body.Price.Amount documented documented"])]
#[case("STATUS", &["case status changed documented", "snapshot body.Title missing observed"], &["own STATUS status documented documented"])]
#[case("STATUS TITLE", &["case status changed documented", "snapshot body.Title missing observed /again"], &["own STATUS status documented documented", "own TITLE body.Title observed documented"])]
#[case("BOOK", &["invariant body unreadable documented @BOOK", "snapshot body missing observed"], &["common BOOK body documented documented"])]
// rows 8, 10 and 11: notes
#[case("TITLE", &["case body.Title changed inferred"], &["inferred body.Title"])]
#[case("ERROR", &["case connection missing inferred"], &["inferred connection"])]
#[case("BOOK", &["case headers.etag missing documented"], &["ungoverned headers.etag"])]
#[case("SHELF-GUESS", &["case shelf changed observed"], &["inferred shelf"])]
#[case("SHELF-GUESS", &["invariant shelf changed observed @SHELF-GUESS"], &["inferred shelf"])]
#[case("SHELF-GUESS", &["presence shelf missing wire @SHELF-GUESS"], &["inferred shelf"])]
#[case("SHELF-GUESS", &["relation:0.0 body.Title changed observed @SHELF-GUESS"], &["inferred body.Title"])]
#[case("ROOM-GUESS", &["schema:maxLength body.Room changed documented"], &["inferred body.Room"])]
#[case("BOOK", &["schema:maxLength body.Room changed documented"], &["inferred body.Room"])]
#[case("SHELF-GUESS", &["case connection missing documented"], &["ungoverned connection"])]
#[case("ROOM-GUESS", &["snapshot body.Room changed observed"], &["ungoverned body.Room"])]
// row 9: a container's clause binds no value in it
#[case("BOOK", &["snapshot body.Publisher changed observed"], &["ungoverned body.Publisher"])]
#[case("PRICE", &["snapshot body.Price.Currency changed observed"], &["ungoverned body.Price.Currency"])]
#[case("PRICE", &["snapshot body.Price.Currency missing observed"], &["ungoverned body.Price.Currency"])]
#[case("PRICE", &["snapshot body.Price.Currency unexpected observed"], &["own PRICE body.Price.Currency observed observed"])]
#[case("PRICE", &["snapshot body.Price.Tax.Rate unexpected observed"], &["ungoverned body.Price.Tax.Rate"])]
#[case("PRICE", &["snapshot body.Price.Amount changed observed"], &["own PRICE body.Price.Amount observed observed"])]
#[case("AUTHORS", &["snapshot body.Authors changed observed"], &["own AUTHORS body.Authors observed documented"])]
#[case("AUTHORS", &["snapshot body.Authors[1] changed observed"], &["own AUTHORS body.Authors[1] observed documented"])]
#[case("AUTHORS", &["snapshot body.Authors[0].Name changed observed"], &["own AUTHORS body.Authors[0].Name observed documented"])]
#[case("AUTHORS", &["snapshot body.Authors[1].Name changed observed"], &["own AUTHORS body.Authors[1].Name observed documented"])]
#[case("AUTHORS", &["snapshot body.Authors[0].Born changed observed"], &["ungoverned body.Authors[0].Born"])]
#[case("BOOK", &["snapshot body.Loan.Until unexpected observed"], &["own BOOK body.Loan.Until observed observed"])]
#[case("BOOK", &["snapshot body.Loan.Until unexpected observed /again"], &["ungoverned body.Loan.Until"])]
// merging
#[case("TITLE", &["case body.Title changed observed", "case body.Title changed documented"], &["own TITLE body.Title documented documented"])]
#[case("TITLE", &["case body.Title changed documented", "case body.Title changed wire"], &["own TITLE body.Title documented documented"])]
#[case("TYPE", &["invariant headers.content-type changed wire @TYPE", "invariant headers.content-type changed observed @TYPE"], &["common TYPE headers.content-type observed observed"])]
#[case("ERROR", &["case error changed documented /again", "invariant error changed observed @ERROR /again"], &["own ERROR error documented documented"])]
#[case("ERROR", &["invariant error changed observed @ERROR /again", "case error changed documented /again"], &["own ERROR error documented documented"])]
#[case("ERROR", &["case error changed observed /again", "invariant error changed documented @ERROR /again"], &["own ERROR error observed observed", "common ERROR error documented documented"])]
#[case("TITLE TITLE-LEN", &["case body.Title changed documented", "schema:maxLength body.Title changed documented"], &["own TITLE body.Title documented documented", "own TITLE-LEN body.Title documented model"])]
fn each_is_counted_once_and_for_the_right_clause(
    #[case] own: &str,
    #[case] written: &[&str],
    #[case] expected: &[&str],
) {
    let (suite, case) = (suite(), case(own));
    let unmet = written.iter().map(|one| unmet(one)).collect();
    assert_eq!(shown(&attribute(&suite, &case, unmet)), expected);
}

#[test]
fn the_bodies_of_other_answers_are_named() {
    let (suite, case) = (suite(), case("STATUS"));
    let written = [
        "case status changed documented ~2",
        "case status changed inferred /third",
        "invariant status changed documented @STATUS /again",
    ];
    let unmet = written.iter().map(|one| unmet(one)).collect();
    let attributed = attribute(&suite, &case, unmet);
    assert_eq!(attributed.another, BTreeSet::from([2, 12]));
}
