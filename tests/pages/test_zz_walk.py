import pathlib
from tests.pages.browser import chromium
from tests.pages.test_browser import sit_down, path_of, addresses

OUT = pathlib.Path("/tmp/preview/walk")
OUT.mkdir(exist_ok=True)


def shoot(b, live, address, name, script=""):
    for width in (390, 1280):
        for dark in (False, True) if width == 390 else (False,):
            b.resize(width, dark=dark)
            b.open(live + address)
            if script:
                b.ask(script)
            (OUT / f"{name}-{width}-{'dark' if dark else 'light'}.png").write_bytes(b.picture())


def test_walk(live, people):
    with chromium() as b:
        OPEN = "document.querySelectorAll('details').forEach(d=>d.open=true)"
        shoot(b, live, path_of(people), "passport")
        shoot(b, live, "/", "front")
        shoot(b, live, "/01/09521234000020/21/NOBODY", "404")
        sit_down(b, live, people, "keeper")
        for a in addresses(people):
            n = "k" + a.split("?")[0].replace("/", "_")[:30]
            shoot(b, live, a, n, OPEN if "/plans/0" in a else "")
        sit_down(b, live, people, "recycler")
        for a in ("/desk/offers/", "/desk/treatments/"):
            shoot(b, live, a, "r" + a.replace("/", "_"))
