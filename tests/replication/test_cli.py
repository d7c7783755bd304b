"""`kiif rank`: the worked examples of the literature through the command line, and every refusal in a sentence."""

import argparse
import json

import pytest

from kiif.replication import cli

CARS = "car;price;economy;aesthetics;boot\nCorsa;5490;51,4;8,5;285\nClio;6500;70,6;7;288\nFiesta;6489;54,3;7,5;290\n"


@pytest.fixture
def rank(tmp_path, capsys):
    def run(text: str = "", *words: str, name: str = "table.csv") -> tuple[int, dict, str]:
        path = tmp_path / name
        path.write_text(text, "utf-8")
        parser = argparse.ArgumentParser()
        cli.add_arguments(parser)
        code = cli.main(parser.parse_args(["--json", *(["--matrix", str(path)] if text else []), *words]))
        out, err = capsys.readouterr()
        return code, json.loads(out or "{}"), err

    return run


def scores(result):
    return {row["name"]: row["score"] for row in result["ranking"]}


def test_topsis_three_cars_with_decimal_commas(rank):
    code, result, _ = rank(CARS, "--method", "topsis", "--weights", "35,25,25,15", "--directions", "min,max,max,max")
    assert code == 0
    assert scores(result) == pytest.approx({"Corsa": 0.4816852902, "Clio": 0.5182076659, "Fiesta": 0.1779553619})
    assert [row["rank"] for row in result["ranking"]] == [1, 2, 3]


def test_promethee_transport_with_its_three_shapes(rank):
    table = "name,a,b,c\nRER,1,10,1\nMETRO1,4,20,2\nMETRO2,2,20,0\nBUS,6,40,0\nTAXI,30,30,3\n"
    options = ["--method", "promethee", "--weights", "2,3,5", "--directions", "min,min,max"]
    _, result, _ = rank(table, *options, "--preferences", "gaussian:4,level:11:15,linear:1:3")
    expected = {"METRO1": 0.23774198, "RER": 0.17840469, "TAXI": 0.0375, "METRO2": -0.03848972, "BUS": -0.41515695}
    assert scores(result) == pytest.approx(expected, abs=1e-8)
    assert [row["name"] for row in result["ranking"]] == list(expected)


ARAGON = "town,a,b,c,d,e\n1,6,5,28,5,5\n2,4,2,25,10,9\n3,5,7,35,9,6\n4,6,1,27,6,7\n5,6,8,30,7,9\n6,5,6,26,4,8\n"


def test_electre_two_of_aragon(rank):
    _, result, _ = rank(
        ARAGON, "--method", "electre", "--weights", "25,25,10,20,20", "--directions", "max,max,min,max,max"
    )
    assert [row["name"] for row in result["ranking"]] == ["5", "3", "2", "6", "4", "1"]
    assert [row["score"] for row in result["ranking"]] == [-1, -2, -3, -4, -5, -6]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("x,a\nleft,1\nright,-1\n", "above zero"),
        ("x,a\nleft,1\nright,\n", "needs every figure"),
        ("x,a\n" + "".join(f"{i},{i + 1}\n" for i in range(301)), "short lists"),
    ],
)
def test_electre_refuses_what_it_cannot_compare(rank, table, sentence):
    code, _, error = rank(table, "--method", "electre")
    assert code != 0
    assert sentence in error


def test_vikor_gives_its_three_figures(rank):
    _, result, _ = rank("x,a,b\n1,1,3000\n2,2,3750\n3,5,4500\n", "--method", "vikor", "--directions", "min,max")
    assert {row["name"]: row["Q"] for row in result["ranking"]} == pytest.approx({"2": 0, "1": 1, "3": 1})


def test_weighted_sum_says_how_sure(rank):
    _, result, _ = rank("x,a,b\nleft,1,0\nright,0,1\n", "--draws", "20000", "--seed", "7", "--top", "1")
    assert result["ranking"][0]["acceptability"] == pytest.approx(0.5, abs=0.02)


def test_a_profile_ranks_a_table_too(rank, tmp_path):
    profile = tmp_path / "p.json"
    profile.write_text(json.dumps({"criteria": [{"indicator": "price", "scale": {"shape": "less"}}], "top": 3}))
    code, result, _ = rank(CARS, "--profile", str(profile), "--draws", "0")
    assert code == 0
    assert [row["name"] for row in result["ranking"]] == ["Corsa", "Fiesta", "Clio"]
    assert result["ranking"][0]["acceptability"] == 1.0
    assert result["hash"]


@pytest.mark.parametrize(
    ("table", "words", "sentence"),
    [
        ("x,a\n", [], "header, a column of names"),
        ("x,a,a\nr,1,2\n", [], "a name of its own"),
        ("x,a\nr,1,2\n", [], "Line 2 has 3 cells instead of 2"),
        ("x,a\nr,beaucoup\n", [], "Line 2, a: “beaucoup” is not a number"),
        ("x,a\nr,1\nr,2\n", [], "r is there twice"),
        ("x,a\nr,1\ns,1\n", [], "same value everywhere"),
        ("x,a\nr,1\ns,2\n", ["--weights", "0"], "All weights are zero"),
        ("x,a\nr,1\ns,2\n", ["--weights", "1,2"], "one weight per criterion"),
        ("x,a\nr,1\ns,2\n", ["--directions", "up"], "Directions are"),
        ("x,a\nr,1\ns,2\n", ["--preferences", "linear:1"], "not understood"),
        ("", ["--profile", "/nowhere.json"], "No such file"),
        ("", [], "Give a profile"),
    ],
)
def test_bad_input_is_refused_in_one_sentence(rank, table, words, sentence):
    code, _, error = rank(table, *words)
    assert code == 1
    assert sentence in error
    assert error.count("\n") == 1
