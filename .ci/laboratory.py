"""Open the notebooks in JupyterLab and as exported HTML, in a browser without a screen, and look at what is there.

Looked at: each output that is stored is on the page; formulas are set (none left as raw `$…$`, no error of MathJax); every row of a
table has the columns of its head and no table is cut; pictures are loaded; a slider that is moved changes its picture. A copy is
opened, so nothing is written back. What differs is printed, a line each, and the status is 1.
"""

import functools
import http.server
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbclassic
from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

FOLDER = Path(__file__).parents[1] / "notebooks"
WIDGET = "application/vnd.jupyter.widget-view+json"
SHOWN = """
const page = document, all = (query, under = page) => [...under.querySelectorAll(query)];
const prose = all('.jp-RenderedHTMLCommon, .jp-RenderedLatex').map(one => {
  const copy = one.cloneNode(true);
  all('code, pre, script, mjx-container, .MathJax, .MathJax_Preview, .MJX_Assistive_MathML', copy).forEach(part => part.remove());
  return copy.textContent;
});
const tables = all('.jp-RenderedHTMLCommon table');
return {
  outputs: all('.jp-CodeCell').filter(cell => all('.jp-OutputArea-output', cell).some(one => one.innerHTML.trim())).length,
  formulas: all('mjx-container, .MathJax').length,
  errors: all('mjx-merror, .MathJax_Error, .merror').map(one => one.textContent.slice(0, 80)),
  raw: prose.flatMap(text => text.match(/\\$[^$\\n]+\\$|\\\\begin\\{/g) || []),
  ragged: tables.filter(table => {
    const rows = all('tr', table), width = row => [...row.cells].reduce((sum, cell) => sum + cell.colSpan, 0);
    return rows.some(row => width(row) !== width(rows[0]));
  }).map(one => one.textContent.trim().slice(0, 60)),
  cut: tables.filter(table => {
    const room = table.closest('.jp-OutputArea-output, .jp-MarkdownOutput') || page.body;
    const scrolls = ['auto', 'scroll'].includes(getComputedStyle(room).overflowX);
    return table.scrollWidth > room.clientWidth + 2 && !scrolls;
  }).map(one => one.textContent.trim().slice(0, 60)),
  blank: all('.jp-OutputArea-output img').filter(one => !one.naturalWidth).length,
};
"""


def browser():
    """Chromium without a screen; without its sandbox where the user is root, as in a container."""
    options = webdriver.ChromeOptions()
    options.binary_location = shutil.which("chromium")
    for option in ("headless=new", "window-size=1280,1600", "disable-gpu", "disable-dev-shm-usage"):
        options.add_argument(f"--{option}")
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1")  # no network: nothing to wait for
    if hasattr(os, "geteuid") and os.geteuid() == 0:
        options.add_argument("--no-sandbox")
    return webdriver.Chrome(options=options, service=webdriver.ChromeService(shutil.which("chromedriver")))


def stored(name):
    """The code cells that have outputs, and those with a slider."""
    cells = json.loads((FOLDER / f"{name}.ipynb").read_text(encoding="utf-8"))["cells"]
    code = [cell for cell in cells if cell["cell_type"] == "code"]
    sliders = [cell for cell in code if any(WIDGET in output.get("data", {}) for output in cell["outputs"])]
    return [cell for cell in code if cell["outputs"]], sliders


def faults(shown, outputs):
    """What is not as it should be, in words."""
    yield from ([f"{shown['outputs']} of {outputs} outputs"] if shown["outputs"] < outputs else [])
    yield from (f"an error in a formula: {one}" for one in shown["errors"])
    yield from (f"a formula that is not set: {one}" for one in shown["raw"])
    yield from (f"a table of unequal rows: {one}" for one in shown["ragged"])
    yield from (f"a table that is cut: {one}" for one in shown["cut"])
    yield from ([f"{shown['blank']} pictures are not loaded"] if shown["blank"] else [])


def settled(driver, wanted, seconds=60):
    """What is shown once it no longer changes and has what was wanted, or the last of it."""
    before, end = None, time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(1)
        shown = driver.execute_script(SHOWN)
        if shown == before and wanted(shown):
            return shown
        before = shown
    return before


def in_laboratory(driver, url, name):
    """The notebook in JupyterLab: as it is stored, then its sliders."""
    outputs, sliders = stored(name)
    driver.get(f"{url}/doc/tree/{name}.ipynb?reset")
    static = len(outputs) - len(sliders)  # a slider has nothing to show before its cell has run
    shown = settled(driver, lambda shown: shown["outputs"] >= static and not shown["raw"])
    yield from faults(shown, static)
    if sliders:
        yield from moved(driver, len(sliders))


def moved(driver, sliders):
    """Run the notebook, move the first slider of each cell with a key, and wait for another picture."""
    driver.execute_script("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    handles = ".jp-OutputArea-output .widget-interact"
    pictures = f"return [...document.querySelectorAll('{handles} img')].map(one => one.src)"
    try:
        WebDriverWait(driver, 180).until(lambda page: len(page.execute_script(pictures)) >= sliders)
    except TimeoutException:
        yield "the sliders do not appear when the notebook is run"
        return
    for place, box in enumerate(driver.find_elements(By.CSS_SELECTOR, handles)):
        before = driver.execute_script(pictures)[place]
        handle = box.find_element(By.CSS_SELECTOR, ".noUi-handle")
        driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", handle)
        handle.send_keys(Keys.ARROW_RIGHT * 5)
        try:
            WebDriverWait(driver, 60).until(lambda page, place=place, old=before: page.execute_script(pictures)[place] != old)
        except (TimeoutException, IndexError):
            yield f"slider {place + 1} moves no picture"


def in_page(driver, url, name):
    """The notebook as HTML."""
    outputs, sliders = stored(name)
    driver.get(f"{url}/{name}.html")
    static = len(outputs) - len(sliders)
    yield from faults(settled(driver, lambda shown: shown["outputs"] >= static and not shown["raw"]), static)


def free_port():
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def laboratory(folder, python):
    """A JupyterLab on a copy of the notebooks, every cell of a notebook attached to its page, with kernels of this Python."""
    kernel = folder / "kernels" / "python3"
    kernel.mkdir(parents=True)
    launch = [python, "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": launch, "display_name": "Python 3", "language": "python"}))
    overrides = folder / "settings"
    overrides.mkdir()
    settings = {
        "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"},
        "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    }
    (overrides / "overrides.json").write_text(json.dumps(settings))
    port = free_port()
    options = {
        "ServerApp.root_dir": folder / "notebooks",
        "ServerApp.port": port,
        "ServerApp.open_browser": False,
        "ServerApp.allow_root": True,
        "IdentityProvider.token": "",
        "LabApp.app_settings_dir": overrides,
        "LabApp.expose_app_in_browser": True,
    }
    command = [sys.executable, "-m", "jupyterlab", *(f"--{key}={value}" for key, value in options.items())]
    environment = {**os.environ, "JUPYTER_PATH": str(folder)}
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=(folder / "log").open("w"))
    for _ in range(120):
        with socket.socket() as probe:
            if not probe.connect_ex(("127.0.0.1", port)):
                return server, f"http://127.0.0.1:{port}"
        time.sleep(0.5)
    server.terminate()
    raise SystemExit((folder / "log").read_text())


def pages(folder, names):
    """A server of the exported notebooks and of MathJax."""
    exported = folder / "html"
    mathjax = "MathJax/MathJax.js?config=TeX-AMS-MML_HTMLorMML-full,Safe"
    convert = [sys.executable, "-m", "nbconvert", "--to", "html", f"--HTMLExporter.mathjax_url={mathjax}"]
    sources = [str(folder / "notebooks" / f"{name}.ipynb") for name in names]
    subprocess.run([*convert, "--output-dir", str(exported), *sources], check=True, capture_output=True)
    (exported / "MathJax").symlink_to(Path(nbclassic.__file__).parent / "static" / "components" / "MathJax")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(exported)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"


def main(python, *names):
    """Look at these notebooks, or at all: the exit status."""
    names = names or sorted(path.stem for path in FOLDER.glob("*.ipynb"))
    start, wrong = time.monotonic(), 0
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        shutil.copytree(FOLDER, folder / "notebooks")
        html = pages(folder, names)
        server, lab = laboratory(folder, python)
        driver = browser()
        try:
            for name in names:
                for where, look, url in (("JupyterLab", in_laboratory, lab), ("HTML", in_page, html)):
                    found = list(look(driver, url, name))
                    wrong += len(found)
                    print(f"{name} in {where}: {len(found) or 'no'} faults", flush=True)
                    for fault in found:
                        print(f"{name} in {where}: {fault}", flush=True)
                    if pictures := os.environ.get("PICTURES"):
                        driver.save_screenshot(f"{pictures}/{name}-{where}.png")
        finally:
            driver.quit()
            server.terminate()
            server.wait(30)
    print(f"{len(names)} notebooks in JupyterLab and as HTML: {wrong} faults, {time.monotonic() - start:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
