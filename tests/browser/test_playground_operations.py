"""The operations as cards, their fields, and what is wrong in them."""

from playwright.sync_api import expect

from tests.browser.playground_page import PlaygroundPage, link
from tests.browser.warping import SAMPLE, assert_shows, warped


def test_operations_are_reordered(open_playground, service, photos):
    spec = {"ops": [{"op": "scale", "x": 0.5, "y": 1.0, "center": [0, 0]}, {"op": "rotate", "angle": 30}]}
    playground = open_playground(service, link(spec)).settle()
    playground.drop(photos[1])
    expect(playground.page.locator("#size")).to_have_text("301 × 217")
    playground.settle()
    playground.page.get_by_role("button", name="Move down scale").click()
    expect(playground.cards.first).to_contain_text("rotate")
    playground.settle()
    assert [op["op"] for op in playground.spec["ops"]] == ["rotate", "scale"]
    assert_shows(playground, warped(service, photos[1], {"ops": spec["ops"][::-1]}))

    grip, card = playground.card("scale").locator(".grip"), playground.card("rotate").bounding_box()
    x, y = playground.centre_of(grip)
    playground.page.mouse.move(x, y)
    playground.page.mouse.down()
    playground.page.mouse.move(x, card["y"] + 5, steps=5)
    playground.page.mouse.up()
    expect(playground.cards.first).to_contain_text("scale")
    playground.settle()
    assert playground.spec == spec


def test_an_operation_is_switched_off_and_removed(open_playground, service):
    playground = open_playground(service, link({"ops": [{"op": "rotate", "angle": 180}, {"op": "arc", "angle": 60}]}))
    playground.settle()
    playground.page.get_by_role("checkbox", name="Use arc").uncheck()
    playground.settle()
    assert_shows(playground, warped(service, SAMPLE, {"ops": [{"op": "rotate", "angle": 180}]}))
    assert "arc" not in playground.show("curl")
    playground.page.get_by_role("button", name="Remove rotate").click()
    playground.settle()
    assert_shows(playground, SAMPLE.read_bytes())
    assert playground.spec == {"ops": [{"op": "arc", "angle": 60}]}


def test_a_bad_value_shows_its_error_at_the_field(open_playground, service):
    spec = {"ops": [{"op": "rotate", "angle": 9}, {"op": "bulge", "strength": 0.5}]}
    playground = open_playground(service, link(spec)).settle()
    playground.expect_refusals(422)
    strength = playground.field("bulge", "strength")
    strength.fill("5")
    assert playground.error_at(strength) == "must be at most 0.95"
    expect(playground.state).to_have_text("See the marked field")
    expect(playground.problem).to_be_hidden()
    strength.fill("0.7")
    expect(strength).not_to_have_attribute("aria-invalid", "true")
    playground.settle()

    fill = playground.option("fill")
    fill.fill("blau")
    assert "not a CSS colour" in playground.error_at(fill)
    fill.fill("navy")
    playground.settle()


def test_an_error_in_another_card_opens_it(open_playground, service):
    mesh = {"op": "mesh", "columns": 1, "rows": 1, "points": [[0, 0]], "unit": "fraction"}
    spec = {"ops": [{"op": "rotate", "angle": 9}, mesh]}
    playground = open_playground(service, link(spec))
    playground.expect_refusals(422)
    summary = playground.card("mesh").locator("summary")
    assert "needs 4 points" in playground.error_at(summary)


def test_undo_and_redo(playground):
    playground.settle()
    start = playground.spec
    playground.drag("Top-left corner", 30, 30)
    dragged = playground.settle().spec
    playground.add("rotate")
    playground.field("rotate", "angle").press_sequentially("5")
    playground.settle()
    typed = playground.spec
    assert typed["ops"][1]["angle"] == 305
    playground.page.locator("h1").click()
    for expected in (dragged | {"ops": [*dragged["ops"], {"op": "rotate", "angle": 30}]}, dragged, start):
        playground.page.keyboard.press("Control+z")
        assert playground.spec == expected
    expect(playground.page.get_by_role("button", name="Undo")).to_be_disabled()
    for _ in range(3):
        playground.page.keyboard.press("Control+Shift+z")
    assert playground.spec == typed
    playground.settle()


def test_a_new_operation_appears_by_itself(open_window, service):
    class Newer(PlaygroundPage):
        def __init__(self, page, address):
            page.route("**/openapi.json", add_twist)
            super().__init__(page, address)

    def add_twist(route):
        document = route.fetch().json()
        schemas = document["components"]["schemas"]
        schemas["Twist"] = {
            "type": "object",
            "description": "Twists the picture.",
            "properties": {
                "op": {"const": "twist", "type": "string"},
                "turns": {"type": "integer", "minimum": 1, "maximum": 7, "description": "how many"},
                "towards": {"enum": ["left", "right"], "type": "string", "default": "left"},
                "plan": {"type": "object", "description": "of a kind that no control knows"},
            },
            "required": ["op", "turns"],
            "examples": [{"op": "twist", "turns": 2}],
        }
        schemas["OpsSpec"]["properties"]["ops"]["items"]["oneOf"].append({"$ref": "#/components/schemas/Twist"})
        route.fulfill(json=document)

    playground = open_window(Newer, service).settle()
    playground.expect_refusals(422)
    playground.add("twist")
    turns = playground.field("twist", "turns")
    assert (turns.input_value(), turns.get_attribute("min"), turns.get_attribute("max")) == ("2", "1", "7")
    playground.field("twist", "towards").select_option("right")
    playground.field("twist", "plan").fill('{"a": 1}')
    assert playground.spec["ops"][1] == {"op": "twist", "turns": 2, "towards": "right", "plan": {"a": 1}}
    expect(playground.card("twist")).to_contain_text("unknown operation")  # says the service, which has not learnt it
