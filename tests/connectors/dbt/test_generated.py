from catalog.facts import AssetFact, BuildFact, CheckFact, EdgeFact, ResultFact, WarningFact

from .factories import of, read
from .generated import project


def test_a_generated_project_is_read_whole():
    files = project(models=60, columns=7)
    facts = read(*files.values())
    models = [fact for fact in of(AssetFact, facts) if fact.key.startswith("model.")]
    assert len(models) == 60
    assert all(len(model.columns) == 7 and model.columns[0].name.isupper() for model in models)
    assert (len(of(CheckFact, facts)), len(of(ResultFact, facts)), len(of(BuildFact, facts))) == (120, 120, 60)
    assert len(of(EdgeFact, facts)) > 60
    assert of(WarningFact, facts) == []
