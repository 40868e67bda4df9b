"""The comparison of classifiers: what it reads, how it counts, what it shows."""

import email
import email.policy
import json
import stat
import sys

import pytest
from bench.classifier import __main__ as compare
from bench.classifier import bogofilter
from bench.classifier.child import judge_of, judged
from bench.classifier.figures import Figures, figures
from bench.classifier.keywords import refuses
from bench.classifier.sets import FOLDS, Exam, Row, exams, fold_of, of_sample, read_rows, write_rows
from bench.classifier.show import BEGIN, END, Line, Table, markdown, put_into, text

from classifiers.corpus import load
from classifiers.values import LABELS

pytestmark = pytest.mark.slow

NO = Row("Your application", "Unfortunately, we have decided to move forward with other candidates.", True)
YES = Row(None, "We would like to invite you to an interview für Ärzte.", False, ("Ada", "ada@b.example"), html=True)
LINE = Line("some way", Figures(9, 1, 0), 1234.5, 67.8)


def jsonl(folder, *rows):
    path = folder / "mine.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(path)


def test_a_labelled_file_is_a_set_without_its_ambiguous_rows(tmp_path):
    path = jsonl(
        tmp_path,
        {"label": "rejection", "subject": "a", "from": "A <a@b.example>", "body": "<p>No,<br>sorry</p>"},
        {"label": "other", "body": "plain"},
        {"label": "offer", "body": "unclear", "ambiguous": True},
    )
    exam = list(exams([path]))[-1]
    assert exam.name == "mine.jsonl"
    assert exam.rows == (Row("a", "No,\nsorry", True, ("A", "a@b.example"), html=True), Row(None, "plain", False))


def test_a_wrong_label_stops_the_comparison_and_is_named_by_line(tmp_path):
    path = jsonl(tmp_path, {"label": "other", "body": "x"}, {"label": "refusal", "body": "y"})
    with pytest.raises(SystemExit, match=r"mine\.jsonl:2: .*refusal"):
        list(exams([path]))


def test_a_family_is_in_one_fold_and_no_fold_is_empty():
    folds = {}
    for sample in load():
        folds.setdefault((sample.language, sample.family), set()).add(fold_of(sample))
    assert all(len(found) == 1 for found in folds.values())
    assert set().union(*folds.values()) == set(range(FOLDS))


def test_rows_come_back_from_their_file(tmp_path):
    write_rows(tmp_path / "rows", [NO, YES])
    assert [row.words for row in read_rows(tmp_path / "rows")] == [NO.words, YES.words]


def test_sender_and_form_are_read_only_by_whoever_reads_the_whole_mail():
    bare, whole = YES.mail(whole=False), YES.mail(whole=True)
    assert (bare.headers.sender, bare.html) == (None, False)
    assert (whole.headers.sender.address, whole.html) == ("ada@b.example", True)
    assert bare.text == whole.text


@pytest.mark.parametrize(
    "sentence",
    [
        "We regret to inform you that the position has been filled.",
        "We\u2019ve decided to go with another candidate for this role.",
        "Leider müssen wir Ihnen für die Stelle eine Absage erteilen.",
        "Votre candidature n'a pas été retenue pour ce poste.",
        "Hemos decidido continuar con otros candidatos para el puesto.",
        "Abbiamo deciso di proseguire con altri candidati per la posizione.",
        "We hebben gekozen voor een andere kandidaat voor deze functie.",
        "Decidimos avançar com outros candidatos para a vaga.",
    ],
)
def test_the_keywords_know_a_refusal_in_every_language(sentence):
    assert refuses(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "If you have not been selected, you will not hear from us.",
        "> We have decided to move forward with other candidates.",
        "Your application for the flat was not successful.",
        "We look forward to meeting you for the interview.",
    ],
)
def test_the_keywords_let_conditions_quotes_and_other_matters_go(sentence):
    assert not refuses(sentence)


def test_a_judge_answers_every_row_in_its_order(tmp_path):
    told = judged(judge_of("keywords", tmp_path), [NO, YES] * 60)
    assert told["answers"] == [(1.0, True), (0.0, False)] * 60
    assert told["seconds"] > 0 and told["peak"] > 1


def test_figures_count_hits_false_alarms_and_missed():
    told = figures([True, True, False, False, True], [True, False, True, False, True])
    assert told == Figures(hits=2, false_alarms=1, missed=1)
    assert told.f1 == pytest.approx(2 / 3)
    assert (told.precision.hits, told.precision.of, told.recall.of) == (2, 3, 3)


def test_each_set_is_judged_by_its_own_answers():
    sets = [Exam("one", (NO, NO)), Exam("two", (YES,))]
    run = {"answers": [[0.95, True], [0.6, True], [0.2, False]], "seconds": 3.0, "peak": 5.0}
    tables = [
        compare._table(exam, {"highroad": compare._part(run, begin, len(exam.rows))})
        for exam, begin in zip(sets, (0, 2), strict=True)
    ]
    assert [line.figures for line in tables[0].lines] == [Figures(1, 0, 1), Figures(2, 0, 0), Figures(2, 0, 0)]
    assert [line.figures for line in tables[1].lines] == [Figures(0, 0, 0)] * 3
    assert tables[0].title == "one: 2 mails, 2 rejections"
    assert tables[0].lines[0].per_second == 1.0


def test_the_corpus_is_judged_fold_by_fold_and_counted_as_one(monkeypatch):
    few = sorted(load(), key=lambda one: LABELS.index(one.label))[::50]
    monkeypatch.setattr(compare, "load", lambda: few)
    monkeypatch.setattr(compare, "_run", lambda _folder, rows, fold: [("keywords", knowing(rows, fold))])
    table = compare._held_out()
    (line,) = table.lines
    told = line.figures
    assert (told.hits + told.missed, told.false_alarms, told.missed) == (sum(map(refused, few)), 0, 0)
    assert (line.per_second, line.peak) == (10.0, FOLDS - 1)


def knowing(rows, fold):
    return {"answers": [(1.0, row.rejection) for row in rows], "seconds": len(rows) / 10, "peak": fold}


def refused(sample):
    return sample.label == "rejection"


def test_the_quickest_run_stands():
    runs = iter([{"seconds": 2.0}, {"seconds": 1.0}, {"seconds": 3.0}])
    assert compare._quickest(lambda: next(runs)) == {"seconds": 1.0}


def test_the_table_names_the_set_the_figures_and_their_intervals():
    shown = text([Table("a set", (LINE,))], ["a note"])
    assert shown.splitlines()[0] == "a set"
    assert "0.900 (0.596-0.982)" in shown and "1,234" in shown and shown.endswith("a note\n")


def test_nothing_found_has_no_precision():
    assert "  -  " in text([Table("a set", (Line("mute", Figures(0, 0, 3), 1.0, 1.0),))], [])


def test_the_readme_holds_the_new_table_between_its_markers(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    for _ in range(2):
        put_into(readme, markdown([Table("a set", (LINE,))], ["a note"]))
    told = readme.read_text()
    assert told.startswith(f"before\n{BEGIN}\n**a set**\n") and told.endswith(f"a note\n{END}\nafter\n")
    assert "old" not in told and told.count("| some way |") == 1


def test_a_readme_without_markers_is_left_alone(tmp_path):
    readme = tmp_path / "README.md"
    readme.write_text("no markers\n")
    with pytest.raises(SystemExit, match="bench:begin"):
        put_into(readme, "table")
    assert readme.read_text() == "no markers\n"


def test_this_projects_readme_has_the_markers():
    readme = (compare.Path(compare.__file__).parents[3] / "README.md").read_text("utf-8")
    assert 0 < readme.index(BEGIN) < readme.index(END)


STAND_IN = """import sys
for line in sys.stdin:
    spam = b"other candidates" in open(line.strip(), "rb").read()
    if "-T" in sys.argv:
        print(line.strip(), "S 0.998" if spam else "U 0.51", flush=True)
    else:
        print(sys.argv, line.strip(), file=open({log!r}, "a"))
"""


def test_bogofilter_learns_rejections_as_spam_and_is_asked_once_a_mail(tmp_path, monkeypatch):
    program, log = tmp_path / "bogofilter-stand-in", tmp_path / "log"
    script = tmp_path / "stand_in.py"
    script.write_text(STAND_IN.format(log=str(log)))
    # Not python in the first line: its path may hold a space.
    program.write_text(f"#!/bin/sh\nexec '{sys.executable}' '{script}' \"$@\"\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(bogofilter, "WHERE", str(program))
    bogofilter.learn(tmp_path, [NO, YES, NO])
    lines = log.read_text().splitlines()
    assert ["'-s'" in line for line in lines] == [True, True, False] and "'-n'" in lines[2]
    told = bogofilter.judged(tmp_path, [NO, YES], ())
    assert told["answers"] == [(0.998, True), (0.51, False)] and told["peak"] > 1


def test_bogofilter_gets_the_same_subject_and_body():
    row = Row("Größe", NO.text, True)
    message = email.message_from_bytes(bogofilter._message(row), policy=email.policy.default)
    assert (message["Subject"], message.get_content().strip()) == ("Größe", NO.text)
    assert email.message_from_bytes(bogofilter._message(YES))["Subject"] is None


def test_a_mail_of_the_corpus_is_a_row():
    sample = load()[0]
    row = of_sample(sample)
    assert (row.text, row.rejection) == (sample.mail.text, sample.label == "rejection")
