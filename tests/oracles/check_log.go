// check_log opens a checkpoint, its cosignatures, tiles and proofs with the Go project's own code.
package main

import (
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

type claims struct {
	Checkpoint  string
	Log         string
	Witnesses   []string
	Index       int64
	Entry       []byte
	Path        [][]byte
	OldSize     int64
	OldRoot     []byte
	Consistency [][]byte
	Files       string
}

// cosigner verifies what C2SP tlog-cosignature calls an Ed25519 cosignature.
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
	must(err)
	if len(key) != 33 || key[0] != 4 {
		must(errors.New("not the key of a cosigner"))
	}
	sum := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	return cosigner{parts[0], binary.BigEndian.Uint32(sum[:]), key[1:]}
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

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func hashes(list [][]byte) []tlog.Hash {
	var all []tlog.Hash
	for _, each := range list {
		all = append(all, hash(each))
	}
	return all
}

func hash(data []byte) (h tlog.Hash) {
	copy(h[:], data)
	return h
}

func main() {
	var c claims
	data, err := os.ReadFile(os.Args[1])
	must(err)
	must(json.Unmarshal(data, &c))

	log, err := note.NewVerifier(c.Log)
	must(err)
	verifiers := []note.Verifier{log}
	for _, each := range c.Witnesses {
		verifiers = append(verifiers, newCosigner(each))
	}
	opened, err := note.Open([]byte(c.Checkpoint), note.VerifierList(verifiers...))
	must(err)
	if len(opened.Sigs) != len(verifiers) {
		must(fmt.Errorf("%d of %d signatures verify", len(opened.Sigs), len(verifiers)))
	}

	var origin, root string
	var tree tlog.Tree
	_, err = fmt.Sscanf(opened.Text, "%s\n%d\n%s\n", &origin, &tree.N, &root)
	must(err)
	tree.Hash, err = tlog.ParseHash(root)
	must(err)

	leaf := tlog.RecordHash(c.Entry)
	must(tlog.CheckRecord(hashes(c.Path), tree.N, tree.Hash, c.Index, leaf))
	must(tlog.CheckTree(hashes(c.Consistency), tree.N, tree.Hash, c.OldSize, hash(c.OldRoot)))

	reader := tlog.TileHashReader(tree, folder(c.Files))
	proof, err := tlog.ProveRecord(tree.N, c.Index, reader)
	must(err)
	must(tlog.CheckRecord(proof, tree.N, tree.Hash, c.Index, leaf))
	fmt.Println("agreed", origin, tree.N)
}
