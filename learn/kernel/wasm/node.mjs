// Runs a program of Go for WebAssembly in node, with the module of vectors beside it as the page has it:
//
//   GOOS=js GOARCH=wasm go test -tags vectors -exec 'node learn/kernel/wasm/node.mjs TILE' ./learn/kernel
//
// TILE is the file that `go run ./learn/kernel/wasm` writes, with its whole path.
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import os from 'node:os'

const [, , tile, program, ...rest] = process.argv
Object.assign(globalThis, { require: createRequire(import.meta.url) })
Object.assign(globalThis, { fs: require('fs'), path: require('path') })
const root = execFileSync('go', ['env', 'GOROOT'], { env: { ...process.env, GOOS: '', GOARCH: '' } }).toString().trim()
require(root + '/lib/wasm/wasm_exec.js')

let multiply
const go = new Go()
go.argv = [program, ...rest]
go.env = { TMPDIR: os.tmpdir(), ...process.env }
go.exit = process.exit
go.importObject.simd = { tile: (rows, c, cStep, a, aRow, aCol, b, k, start, startStep, relu) => {
  multiply(rows, c, cStep, a, aRow, aCol, b, k, start, startStep, relu)
  return 1
} }
const { instance } = await WebAssembly.instantiate(fs.readFileSync(program), go.importObject)
multiply = (await WebAssembly.instantiate(fs.readFileSync(tile), { go: { mem: instance.exports.mem } })).instance.exports.tile
await go.run(instance)
