// check_log opens a published log with the Go project's own code: checkpoint, cosignatures, every
// tile and entry, tlog-proofs, and consistency with an older head.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type proven struct {
	Entry []byte
	Proof string
}

type claims struct {
	Log         string
	Witnesses   []string
	Files       string
	Proofs      []proven
	OldSize     int64
	OldRoot     []byte
	Consistency [][]byte
}

// cosigner verifies what C2SP tlog-cosignature calls an Ed25519 cosignature (type 4).
type cosigner struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func (c cosigner) Name() string    { return c.name }
func (c cosigner) KeyHash() uint32 { return c.hash }
func (c cosigner) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	head := fmt.Sprintf("cosignature/v1\ntime %d\n", binary.BigEndian.Uint64(sig))
	return ed25519.Verify(c.key, append([]byte(head), msg...), sig[8:])
}

func newCosigner(vkey string) cosigner {
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	must("witness", err)
	if len(key) != 33 || key[0] != 4 {
		must("witness", errors.New("not the key of a cosigner"))
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	return cosigner{parts[0], binary.BigEndian.Uint32(sum[:]), key[1:]}
}

// open demands the signature of the log (type 1, judged by the library) and of every witness.
func open(text string, verifiers []note.Verifier) (origin string, tree tlog.Tree) {
	opened, err := note.Open([]byte(text), note.VerifierList(verifiers...))
	must("note", err)
	if len(opened.Sigs) != len(verifiers) {
		must("note", fmt.Errorf("%d of %d signatures verify", len(opened.Sigs), len(verifiers)))
	}
	var root string
	_, err = fmt.Sscanf(opened.Text, "%s\n%d\n%s\n", &origin, &tree.N, &root)
	must("checkpoint", err)
	tree.Hash, err = tlog.ParseHash(root)
	must("checkpoint", err)
	return origin, tree
}

// prove reads a C2SP tlog-proof line by line and checks its path with the library.
func prove(each proven, verifiers []note.Verifier) {
	parts := strings.SplitN(each.Proof, "\n\n", 2)
	lines := strings.Split(parts[0], "\n")
	if len(parts) != 2 || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		must("tlog-proof", errors.New("not a tlog-proof"))
	}
	var index int64
	_, err := fmt.Sscanf(lines[1], "index %d", &index)
	must("tlog-proof", err)
	var path []tlog.Hash
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		must("tlog-proof", err)
		path = append(path, hash)
	}
	_, tree := open(parts[1], verifiers)
	must("tlog-proof", tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(each.Entry)))
}

// folder reads tiles where C2SP puts them: without the height in the path.
type folder string

func (f folder) Height() int                                { return 8 }
func (f folder) SaveTiles(tiles []tlog.Tile, data [][]byte) {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		all = append(all, data)
	}
	return all, nil
}

// readAll has the library authenticate the hash of every entry, then hashes the entries themselves.
func readAll(tree tlog.Tree, files folder) {
	var indexes []int64
	for n := int64(0); n < tree.N; n++ {
		indexes = append(indexes, tlog.StoredHashIndex(0, n))
	}
	hashes, err := tlog.TileHashReader(tree, files).ReadHashes(indexes)
	must("tile", err)
	for n := int64(0); n < tree.N; n += 256 {
		width := tree.N - n
		if width > 256 {
			width = 256
		}
		for at, entry := range bundle(files, n/256, int(width)) {
			if tlog.RecordHash(entry) != hashes[n+int64(at)] {
				must("entry", fmt.Errorf("entry %d has another hash", n+int64(at)))
			}
		}
	}
}

func bundle(files folder, index int64, width int) (entries [][]byte) {
	path := strings.Replace(tlog.Tile{H: 8, L: 0, N: index, W: width}.Path(), "tile/8/0/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(string(files), path))
	must("entry", err)
	for reader := bytes.NewReader(data); reader.Len() > 0; {
		var length uint16
		must("entry", binary.Read(reader, binary.BigEndian, &length))
		entry := make([]byte, length)
		if read, _ := reader.Read(entry); read != int(length) {
			must("entry", errors.New("an entry is cut off"))
		}
		entries = append(entries, entry)
	}
	if len(entries) != width {
		must("entry", fmt.Errorf("%d entries instead of %d", len(entries), width))
	}
	return entries
}

// must ends the program and names the part that was refused.
func must(part string, err error) {
	if err != nil {
		fmt.Println("refused", part+":", err)
		os.Exit(1)
	}
}

func main() {
	var c claims
	data, err := os.ReadFile(os.Args[1])
	must("claims", err)
	must("claims", json.Unmarshal(data, &c))

	log, err := note.NewVerifier(c.Log)
	must("log", err)
	verifiers := []note.Verifier{log}
	for _, each := range c.Witnesses {
		verifiers = append(verifiers, newCosigner(each))
	}
	head, err := os.ReadFile(filepath.Join(c.Files, "checkpoint"))
	must("checkpoint", err)
	origin, tree := open(string(head), verifiers)

	readAll(tree, folder(c.Files))
	for _, each := range c.Proofs {
		prove(each, verifiers)
	}
	if c.OldSize > 0 {
		var path []tlog.Hash
		for _, each := range c.Consistency {
			path = append(path, hashOf(each))
		}
		must("consistency", tlog.CheckTree(path, tree.N, tree.Hash, c.OldSize, hashOf(c.OldRoot)))
	}
	fmt.Println("agreed", origin, tree.N, len(c.Proofs))
}

func hashOf(data []byte) (h tlog.Hash) {
	copy(h[:], data)
	return h
}
