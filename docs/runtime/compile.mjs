// Python's byte code for the modules in zip archives, made by the very interpreter that will run it.
//
//     node compile.mjs pyodide-lock.json ARCHIVE...
//
// Each archive is replaced by one that holds a `.pyc` in place of each `.py`.
import { readFileSync, writeFileSync } from "node:fs";
import { loadPyodide } from "pyodide";

const [, , lock, ...archives] = process.argv;
const { info } = JSON.parse(readFileSync(lock));
const python = await loadPyodide({ lockFileContents: { info, packages: {} } });
const compiled = python.runPython(`
import io, zipfile
from importlib._bootstrap_external import _code_to_hash_pyc
from importlib.util import source_hash

def compiled(archive):
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive.to_py())) as sources, zipfile.ZipFile(target, "w") as result:
        for name in sources.namelist():
            data = sources.read(name)
            if name.endswith(".py"):
                code = compile(data, name, "exec", dont_inherit=True)
                # Never compared with a source: there is none where it goes.
                data, name = _code_to_hash_pyc(code, source_hash(data), False), name + "c"
            result.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED, 9)
    return target.getvalue()

compiled
`);
for (const archive of archives) {
  writeFileSync(archive, compiled(new Uint8Array(readFileSync(archive))).toJs());
}
